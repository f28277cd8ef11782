-- What the head comments of these files say of columns; filled on publishing.
-- cut: whole
-- meaning: 列的说明 | what the columns of this snapshot mean
-- grain: 每张表、每列一行 | one row per table and column
-- column: table_name: 表 | table
-- column: column_name: 列 | column
-- column: ordinal [序号 | ordinal]: 列的次序 | order within the table
-- column: type: 类型 | type
-- column: unit: 单位（中文），不是数的为空 | unit in Chinese, null for what is no number
-- column: unit_en: 单位（英文） | unit in English
-- column: meaning: 含义（中文） | meaning in Chinese
-- column: meaning_en: 含义（英文） | meaning in English
-- ask: 哪些列的单位是元？ | which columns are in yuan?
-- example: select table_name, column_name, meaning from ref.column_doc where unit_en = 'yuan' order by table_name, ordinal
create table ref.column_doc (
    table_name varchar not null,
    column_name varchar not null,
    ordinal integer not null,
    type varchar not null,
    unit varchar,
    unit_en varchar,
    meaning varchar,
    meaning_en varchar
)
