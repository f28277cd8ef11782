-- One row per area, measure and day (统计口径人数或任务数), as it stands now. A row
-- without a day is older than any other.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing.
with
again as (
    select distinct area
    from raw.headcount
    where shared and not repeated
),
brings as (
    select
        load,
        coalesce(bool_or(field = 'value'), false) as has_value
    from raw.load_field
    group by load
),
alone as (
    select
        r.area,
        r.measure,
        r.as_of,
        r.value
    from raw.headcount as r
    where not r.repeated
      and not exists (select 1 from again as a where a.area = r.area)
),
settled as (
    select
        r.area,
        r.measure,
        r.as_of,
        max_by(r.value, row(r.load, r.line)) filter (where b.has_value) as value
    from raw.headcount as r
    join again as a on a.area = r.area
    left join brings as b on b.load = r.load
    where not r.repeated
    group by r.area, r.measure, r.as_of
)
select * from alone
union all
select * from settled
