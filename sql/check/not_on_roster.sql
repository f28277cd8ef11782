-- One row per person with a registration, levy, payment, subsidy or visit who is not on the roster,
-- in the town the newest row names.
-- severity: warning
-- title: 不在底册的人员 | people not on the roster
-- why: 他们的参保、缴费和资助不计入任何指标 | their registrations, payments and grants count in no indicator
-- do: 请镇街核实后补入底册，或更正证件号码 | let the towns verify them and add them to the roster, or correct the ID number
with
event as (
    select 'registration' as dataset, person, town from raw.registration
    union all
    select 'levy', person, town from raw.levy
    union all
    select 'payment', person, town from raw.payment
    union all
    select 'subsidy', person, town from raw.subsidy
    union all
    select 'visit', person, cast(null as varchar) from raw.visit
),
-- Not by "not exists": DuckDB would first keep all that ever happened to look for whom it is about.
unlisted as (
    select e.dataset, e.person, e.town
    from event as e
    left join core.person as p on p.person = e.person
    where p.person is null
),
stray as (
    select
        e.person,
        max(l.area_code) as area_code,
        max(case when e.dataset = 'levy' then ', levy' else '' end) as levy,
        max(case when e.dataset = 'payment' then ', payment' else '' end) as payment,
        max(case when e.dataset = 'registration' then ', registration' else '' end) as registration,
        max(case when e.dataset = 'subsidy' then ', subsidy' else '' end) as subsidy,
        max(case when e.dataset = 'visit' then ', visit' else '' end) as visit
    from unlisted as e
    left join raw.area_label as l on l.kind = 'town' and l.label = e.town
    group by e.person
)
select area_code, substr(concat(levy, payment, registration, subsidy, visit), 3) as detail from stray
where exists (select 1 from core.person)
