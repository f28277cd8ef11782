-- One row per registration (参保登记), as it stands now: person, scheme and benefit
-- year; for employee and elsewhere schemes, which have no year, the day registered.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing.
-- materialize: view
with
again as (
    select distinct person
    from raw.registration
    where shared and not repeated
),
alone as (
    select
        person,
        scheme,
        year,
        status,
        registered_on,
        ended_on,
        rights_on
    from raw.registration
    where not repeated and person not in (select person from again)
),
settled as (
    select
        person,
        scheme,
        year,
        arg_max(case when load in (select load from raw.load_field where field = 'status')
            then {'v': status} end, (load, line)).v as status,
        arg_max(case when load in (select load from raw.load_field where field = 'registered_on')
            then {'v': registered_on} end, (load, line)).v as registered_on,
        arg_max(case when load in (select load from raw.load_field where field = 'ended_on')
            then {'v': ended_on} end, (load, line)).v as ended_on,
        arg_max(case when load in (select load from raw.load_field where field = 'rights_on')
            then {'v': rights_on} end, (load, line)).v as rights_on
    from raw.registration
    semi join again using (person)
    where not repeated
    group by person, scheme, year, case when year is null then registered_on end
)
select * from alone
union all
select * from settled
