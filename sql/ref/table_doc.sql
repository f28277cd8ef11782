-- What the head comments of these files say of tables; filled on publishing.
-- cut: whole
-- meaning: 表的说明：本快照有哪些表 | what the tables of this snapshot mean
-- grain: 每张表一行 | one row per table
-- column: table_name: 表，如 mart.person | table, such as mart.person
-- column: ordinal [序号 | ordinal]: 次序 | order
-- column: meaning: 含义（中文） | meaning in Chinese
-- column: meaning_en: 含义（英文） | meaning in English
-- column: grain: 一行是什么（中文） | what a row is, in Chinese
-- column: grain_en: 一行是什么（英文） | what a row is, in English
-- column: question: 例子回答的问题（中文） | the question the example answers, in Chinese
-- column: question_en: 例子回答的问题（英文） | the question the example answers, in English
-- column: example: 可以直接运行的查询例子 | an example query that runs as it is
-- ask: 有哪些表？ | which tables are there?
-- example: select table_name, meaning, grain from ref.table_doc order by ordinal
create table ref.table_doc (
    table_name varchar not null,
    ordinal integer not null,
    meaning varchar,
    meaning_en varchar,
    grain varchar,
    grain_en varchar,
    question varchar,
    question_en varchar,
    example varchar
)
