-- How far the rows of a town can be trusted: one row per town and dataset with rows whose own
-- town cell can be read: how many were accepted (superseded ones count) and how many are held
-- back still. A held-back roster row is missing from the denominator.
-- check: unique area_code, dataset
-- cut: whole
-- meaning: 数据可信到什么程度：各镇街各类数据接收和暂存的行数；只计本行镇街能认出的行 | how far the rows of a town can be trusted: accepted and held back, of the rows whose own town cell can be read
-- grain: 每个镇街、每类数据一行 | one row per town and dataset
-- column: area_code: 镇街区划代码 | code of the town
-- column: area: 镇街名称 | name of the town
-- column: dataset: 数据类别，如 roster、payment | dataset, such as roster or payment
-- column: accepted [行 | rows]: 接收的行数，被更正替换的也算 | rows accepted, superseded ones too
-- column: held [行 | rows]: 仍在暂存的行数；底册的行暂存，分母就少人 | rows held back still; one of the roster is missing from the denominator
-- ask: 哪些镇街的底册暂存最多？ | which towns have most roster rows held back?
-- example: select area, accepted, held, held / cast(accepted + held as double) as share
-- example: from mart.area_quality where dataset = 'roster' order by held desc
with
held as (
    select town as town_code, dataset, count(*) as held
    from staging.held
    where town is not null
    group by town, dataset
),
both_sides as (
    select town_code, dataset, accepted, cast(0 as bigint) as held from core.accepted
    union all
    select town_code, dataset, cast(0 as bigint) as accepted, held from held
)
select
    a.area_code,
    a.area,
    b.dataset,
    cast(sum(b.accepted) as bigint) as accepted,
    cast(sum(b.held) as bigint) as held
from both_sides as b
join ref.area as a on a.area_code = b.town_code
group by a.area_code, a.area, b.dataset
