-- One row per person with a thousand registrations or subsidies, more than core/state.sql can
-- count at once.
-- severity: error
-- title: 同一人记录过多 | a person with too many rows
-- why: 同一人上千条登记或资助，计数会出错 | a thousand registrations or subsidies of one person cannot be counted
-- do: 数据有误，请找出并卸下该文件 | the extract is wrong: find it and load the right one
with
crowded as (
    select 'registration' as dataset, count(*) as rows from staging.registration group by person having count(*) >= 1000
    union all
    select 'subsidy', count(*) from staging.subsidy group by person having count(*) >= 1000
)
select cast(null as varchar) as area_code, concat(dataset, ' ', cast(rows as varchar)) as detail
from crowded
