-- One row per campaign and day from the opening to the last day paid on, on which nothing was paid.
-- severity: warning
-- title: 没有缴费数据的日子 | days without a payment file
-- why: 可能漏了一天的文件，之后的数字都偏低 | a file may be missing, and every figure after it too low
-- do: 请税务部门补送当日缴费明细 | ask the tax office for the file of the day
with
paid as (
    select distinct s.campaign, cast(p.paid_at as date) as day
    from staging.payment as p
    join ref.scheme as s on s.scheme = p.scheme and s.year = p.year
),
last_paid as (
    select campaign, max(day) as day from paid group by campaign
)
select cast(null as varchar) as area_code, concat(c.campaign, ' ', cast(c.day as varchar)) as detail
from staging.calendar as c
join staging.span as s on s.campaign = c.campaign
join last_paid as l on l.campaign = c.campaign
where c.day between s.opening and l.day
  and not exists (select 1 from paid as p where p.campaign = c.campaign and p.day = c.day)
