-- What the checks of the data (check/*.sql) found; the program fills it.
-- cut: query
-- meaning: 检查结果：每项检查发现了多少行 | the checks of the data and how many rows each found
-- grain: 每项检查一行 | one row per check
-- column: check_id: 检查 | check
-- column: severity: 级别：warning 提醒、error 严重（不予发布） | warning, or error, which forbids publishing
-- column: title: 查什么（中文） | what it finds, in Chinese
-- column: title_en: 查什么（英文） | what it finds, in English
-- column: why: 为什么要紧（中文） | why it matters, in Chinese
-- column: why_en: 为什么要紧（英文） | why it matters, in English
-- column: advice: 怎么办（中文） | what to do, in Chinese
-- column: advice_en: 怎么办（英文） | what to do, in English
-- column: rows [行 | rows]: 发现的行数 | rows found
-- ask: 有哪些检查发现了问题？ | which checks found something?
-- example: select check_id, title_en, rows from mart.check where rows > 0 order by rows desc
create table mart.check (
    check_id varchar not null,
    severity varchar not null,
    title varchar,
    title_en varchar,
    why varchar,
    why_en varchar,
    advice varchar,
    advice_en varchar,
    rows bigint not null
)
