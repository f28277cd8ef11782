-- All rows the checks found by area, those that belong to no area left out; the program fills
-- it.
-- cut: own area_code
-- meaning: 检查发现的行按区划计数，全部都算 | all rows each check found, counted by area
-- grain: 每项检查、每个区划一行，没有发现的区划不列 | one row per check and area with rows
-- column: check_id: 检查 | check
-- column: area_code: 区划代码 | area code
-- column: rows [行 | rows]: 发现的行数 | rows found
-- ask: 问题集中在哪些地方？ | where do the findings lie?
-- example: select c.check_id, a.area, c.rows from mart.check_area as c join ref.area as a on a.area_code = c.area_code order by c.rows desc limit 20
create table mart.check_area (
    check_id varchar,
    area_code varchar,
    rows bigint
)
