-- One row per registration (参保登记), as it stands now: person, scheme and benefit
-- year; for employee and elsewhere schemes, which have no year, the day registered.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing.
-- bucketed: person
with
again as (
    select distinct person
    from raw.registration
    where shared and not repeated
),
brings as (
    select
        load,
        coalesce(bool_or(field = 'status'), false) as has_status,
        coalesce(bool_or(field = 'registered_on'), false) as has_registered_on,
        coalesce(bool_or(field = 'ended_on'), false) as has_ended_on,
        coalesce(bool_or(field = 'rights_on'), false) as has_rights_on
    from raw.load_field
    group by load
),
alone as (
    select
        r.person,
        r.scheme,
        r.year,
        r.status,
        r.registered_on,
        r.ended_on,
        r.rights_on
    from raw.registration as r
    where not r.repeated
      and not exists (select 1 from again as a where a.person = r.person)
),
settled as (
    select
        r.person,
        r.scheme,
        r.year,
        max_by(r.status, row(r.load, r.line)) filter (where b.has_status) as status,
        max_by(r.registered_on, row(r.load, r.line)) filter (where b.has_registered_on) as registered_on,
        max_by(r.ended_on, row(r.load, r.line)) filter (where b.has_ended_on) as ended_on,
        max_by(r.rights_on, row(r.load, r.line)) filter (where b.has_rights_on) as rights_on
    from raw.registration as r
    join again as a on a.person = r.person
    left join brings as b on b.load = r.load
    where not r.repeated
    group by r.person, r.scheme, r.year, case when r.year is null then r.registered_on end
)
select * from alone
union all
select * from settled
