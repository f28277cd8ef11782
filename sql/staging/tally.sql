-- One row per area, indicator and day (汇总上报数), as it stands now.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing.
-- materialize: view
with
again as (
    select distinct area
    from raw.tally
    where shared and not repeated
),
alone as (
    select
        area,
        indicator,
        as_of,
        expected,
        actual
    from raw.tally
    anti join again using (area)
    where not repeated
),
settled as (
    select
        area,
        indicator,
        as_of,
        arg_max(case when load in (select load from raw.load_field where field = 'expected')
            then {'v': expected} end, (load, line)).v as expected,
        arg_max(case when load in (select load from raw.load_field where field = 'actual')
            then {'v': actual} end, (load, line)).v as actual
    from raw.tally
    semi join again using (area)
    where not repeated
    group by area, indicator, as_of
)
select * from alone
union all
select * from settled
