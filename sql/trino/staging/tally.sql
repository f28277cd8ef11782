-- One row per area, indicator and day (汇总上报数), as it stands now.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing.
with
again as (
    select distinct area
    from raw.tally
    where shared and not repeated
),
brings as (
    select
        load,
        coalesce(bool_or(field = 'expected'), false) as has_expected,
        coalesce(bool_or(field = 'actual'), false) as has_actual
    from raw.load_field
    group by load
),
alone as (
    select
        r.area,
        r.indicator,
        r.as_of,
        r.expected,
        r.actual
    from raw.tally as r
    where not r.repeated
      and not exists (select 1 from again as a where a.area = r.area)
),
settled as (
    select
        r.area,
        r.indicator,
        r.as_of,
        max_by(r.expected, row(r.load, r.line)) filter (where b.has_expected) as expected,
        max_by(r.actual, row(r.load, r.line)) filter (where b.has_actual) as actual
    from raw.tally as r
    join again as a on a.area = r.area
    left join brings as b on b.load = r.load
    where not r.repeated
    group by r.area, r.indicator, r.as_of
)
select * from alone
union all
select * from settled
