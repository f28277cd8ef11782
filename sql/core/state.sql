-- Where each person on the roster stands, and since when until when: one row per campaign,
-- person and stretch of days on which nothing changes for the person. The building blocks of
-- the contract (section 3) as columns; until_day is no longer part of the stretch, null: it
-- lasts. Every indicator is a condition on these rows.
with
sums as (
    select
        campaign,
        person_no,
        day as from_day,
        lead(day) over in_order as until_day,
        sum(cast(case when what = 'exempt' then n else 0 end as smallint)) over in_order as exempt,
        sum(cast(case when what = 'in_pension' then n else 0 end as smallint)) over in_order as in_pension,
        sum(cast(case when what = 'in_medical' then n else 0 end as smallint)) over in_order as in_medical,
        sum(cast(case when what = 'in_employee_pension' then n else 0 end as smallint)) over in_order as in_employee_pension,
        sum(cast(case when what = 'in_employee_medical' then n else 0 end as smallint)) over in_order as in_employee_medical,
        sum(cast(case when what = 'in_elsewhere_pension' then n else 0 end as smallint)) over in_order as in_elsewhere_pension,
        sum(cast(case when what = 'in_elsewhere_medical' then n else 0 end as smallint)) over in_order as in_elsewhere_medical,
        sum(cast(case when what = 'pension_funds' then n else 0 end as smallint)) over in_order as pension_funds,
        sum(cast(case when what = 'pension_full' then n else 0 end as smallint)) over in_order as pension_full,
        sum(cast(case when what = 'medical_funds' then n else 0 end as smallint)) over in_order as medical_funds,
        sum(cast(case when what = 'medical_full' then n else 0 end as smallint)) over in_order as medical_full,
        sum(cast(case when what = 'certificates' then n else 0 end as smallint)) over in_order as certificates,
        sum(cast(case when what = 'hardship' then n else 0 end as smallint)) over in_order as hardship,
        sum(cast(case when what = 'aids' then n else 0 end as smallint)) over in_order as aids,
        sum(cast(case when what = 'aids_granted' then n else 0 end as smallint)) over in_order as aids_granted,
        sum(case when what = 'pension_net' then n else 0 end) over in_order as pension_net,
        sum(case when what = 'medical_net' then n else 0 end) over in_order as medical_net,
        sum(case when what = 'critical_net' then n else 0 end) over in_order as critical_net,
        sum(case when what = 'pension_due' then n else 0 end) over in_order as pension_due,
        sum(case when what = 'medical_due' then n else 0 end) over in_order as medical_due
    from core.change
    window in_order as (partition by campaign, person_no order by day rows unbounded preceding)
),
-- Only the last row of a day has summed the whole of it.
days as (
    select * from sums where until_day is null or until_day > from_day
),
age_day as (
    select
        campaign,
        extract(year from age_on) as year,
        extract(month from age_on) * 100 + extract(day from age_on) as month_day
    from ref.campaign
)
select
    d.campaign,
    d.person_no,
    p.area_no,
    d.from_day,
    d.until_day,
    p.hukou,
    p.resident,
    p.student,
    cast(a.year - extract(year from p.born)
        - case when extract(month from p.born) * 100 + extract(day from p.born) > a.month_day then 1 else 0 end as smallint) as age,
    d.exempt > 0 as exempt,
    d.in_pension > 0 as registered_pension,
    d.in_medical > 0 as registered_medical,
    d.in_employee_pension > 0 as registered_employee_pension,
    d.in_employee_medical > 0 as registered_employee_medical,
    d.in_elsewhere_pension > 0 as registered_elsewhere_pension,
    d.in_elsewhere_medical > 0 as registered_elsewhere_medical,
    d.pension_net > 0 as paid_pension,
    d.medical_net > 0 as paid_medical,
    d.critical_net > 0 as paid_critical,
    d.pension_funds > 0 as funded_pension,
    d.pension_full > 0 as funded_pension_full,
    d.medical_funds > 0 as funded_medical,
    d.medical_full > 0 as funded_medical_full,
    d.pension_net > 0 or d.pension_full > 0 as covered_pension,
    d.medical_net > 0 or d.medical_full > 0 as covered_medical,
    d.certificates > 0 as certified,
    d.hardship > 0 as certified_hardship,
    d.aids > 0 as assistance,
    d.aids_granted > 0 as assistance_granted,
    cast(d.pension_due as bigint) as pension_due,
    cast(d.medical_due as bigint) as medical_due,
    cast(d.pension_net as bigint) as pension_net,
    cast(d.medical_net as bigint) as medical_net
from days as d
join core.person as p on p.person_no = d.person_no
join age_day as a on a.campaign = d.campaign
