-- One row per area, measure and day (统计口径人数或任务数), as it stands now. A row
-- without a day is older than any other.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing.
-- materialize: view
with
again as (
    select distinct area
    from raw.headcount
    where shared and not repeated
),
alone as (
    select
        area,
        measure,
        as_of,
        value
    from raw.headcount
    anti join again using (area)
    where not repeated
),
settled as (
    select
        area,
        measure,
        as_of,
        arg_max(case when load in (select load from raw.load_field where field = 'value')
            then {'v': value} end, (load, line)).v as value
    from raw.headcount
    semi join again using (area)
    where not repeated
    group by area, measure, as_of
)
select * from alone
union all
select * from settled
