-- A sample of the rows the checks found; the program fills it.
-- cut: own area_code
-- meaning: 检查发现的前几行，不含身份信息 | the first rows each check found, without identity
-- grain: 每项检查发现的每一行，最多 200 行 | one row per row found, 200 a check at most
-- column: check_id: 检查 | check
-- column: n [序号 | ordinal]: 第几行 | which of the rows
-- column: area_code: 区划代码；不属于任何区划的为空 | area code; null where it belongs to none
-- column: detail: 内容 | what was found
-- ask: 人缴费了却不在底册上，看几行？ | show some people who paid and are not on the roster
-- example: select n, area_code, detail from mart.check_row where check_id = 'not_on_roster' order by n limit 10
create table mart.check_row (
    check_id varchar,
    n integer,
    area_code varchar,
    detail varchar
)
