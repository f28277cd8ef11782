-- One row per person, scheme and benefit year (应征), as it stands now; amount in fen.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing.
-- materialize: view
with
again as (
    select distinct person
    from raw.levy
    where shared and not repeated
),
alone as (
    select
        person,
        scheme,
        year,
        amount
    from raw.levy
    where not repeated and person not in (select person from again)
),
settled as (
    select
        person,
        scheme,
        year,
        arg_max(case when load in (select load from raw.load_field where field = 'amount')
            then {'v': amount} end, (load, line)).v as amount
    from raw.levy
    semi join again using (person)
    where not repeated
    group by person, scheme, year
)
select * from alone
union all
select * from settled
