-- One row per person, scheme, year, kind and category (资助与救助), as it stands now;
-- extent part, or null for in full; granted_on null: not carried out yet.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing.
-- bucketed: person
with
again as (
    select distinct person
    from raw.subsidy
    where shared and not repeated
),
brings as (
    select
        load,
        coalesce(bool_or(field = 'extent'), false) as has_extent,
        coalesce(bool_or(field = 'certified_from'), false) as has_certified_from,
        coalesce(bool_or(field = 'certified_to'), false) as has_certified_to,
        coalesce(bool_or(field = 'granted_on'), false) as has_granted_on
    from raw.load_field
    group by load
),
alone as (
    select
        r.person,
        r.scheme,
        r.year,
        r.kind,
        r.category,
        r.extent,
        r.certified_from,
        r.certified_to,
        r.granted_on
    from raw.subsidy as r
    where not r.repeated
      and not exists (select 1 from again as a where a.person = r.person)
),
settled as (
    select
        r.person,
        r.scheme,
        r.year,
        r.kind,
        r.category,
        max_by(r.extent, row(r.load, r.line)) filter (where b.has_extent) as extent,
        max_by(r.certified_from, row(r.load, r.line)) filter (where b.has_certified_from) as certified_from,
        max_by(r.certified_to, row(r.load, r.line)) filter (where b.has_certified_to) as certified_to,
        max_by(r.granted_on, row(r.load, r.line)) filter (where b.has_granted_on) as granted_on
    from raw.subsidy as r
    join again as a on a.person = r.person
    left join brings as b on b.load = r.load
    where not r.repeated
    group by r.person, r.scheme, r.year, r.kind, r.category
)
select * from alone
union all
select * from settled
