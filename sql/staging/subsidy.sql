-- One row per person, scheme, year, kind and category (资助与救助), as it stands now;
-- extent part, or null for in full; granted_on null: not carried out yet.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing.
-- materialize: view
with
again as (
    select distinct person
    from raw.subsidy
    where shared and not repeated
),
alone as (
    select
        person,
        scheme,
        year,
        kind,
        category,
        extent,
        certified_from,
        certified_to,
        granted_on
    from raw.subsidy
    where not repeated and person not in (select person from again)
),
settled as (
    select
        person,
        scheme,
        year,
        kind,
        category,
        arg_max(case when load in (select load from raw.load_field where field = 'extent')
            then {'v': extent} end, (load, line)).v as extent,
        arg_max(case when load in (select load from raw.load_field where field = 'certified_from')
            then {'v': certified_from} end, (load, line)).v as certified_from,
        arg_max(case when load in (select load from raw.load_field where field = 'certified_to')
            then {'v': certified_to} end, (load, line)).v as certified_to,
        arg_max(case when load in (select load from raw.load_field where field = 'granted_on')
            then {'v': granted_on} end, (load, line)).v as granted_on
    from raw.subsidy
    semi join again using (person)
    where not repeated
    group by person, scheme, year, kind, category
)
select * from alone
union all
select * from settled
