-- Where each person on the roster stands, and since when until when: one row per campaign,
-- person and stretch of days on which nothing changes for the person. The building blocks of
-- the contract (section 3) as columns; until_day is no longer part of the stretch, null: it
-- lasts. Every indicator is a condition on these rows.
--
-- How many rows of a kind are in force is counted by running sums. They travel packed as
-- core.change tells them, three decimal digits a kind, because three sums over millions of rows
-- cost a fifth of fifteen: a kind's count is above 0 where what is left up to its digits is not
-- below its unit. Nobody has a thousand of one kind at once; check/crowded_person.sql makes
-- sure of that.
-- sliced: person_no of core.aged
with
-- Everybody on the roster is there from the first day, whatever happens.
changes as (
    select campaign_no, person_no, day, what, n from core.change
    union all
    select c.ordinal, p.person_no, s.first_day, 0, 0
    from core.person as p
    cross join ref.campaign as c
    join staging.span as s on s.campaign = c.campaign
),
daily as (
    select
        campaign_no,
        person_no,
        day,
        cast(sum(case when what = 1 then n else 0 end) as bigint) as insured,
        cast(sum(case when what = 2 then n else 0 end) as bigint) as helped,
        cast(sum(case when what = 3 then n else 0 end) as bigint) as certified,
        cast(sum(case when what = 4 then n else 0 end) as bigint) as pension_net,
        cast(sum(case when what = 5 then n else 0 end) as bigint) as medical_net,
        cast(sum(case when what = 6 then n else 0 end) as bigint) as critical_net,
        cast(sum(case when what = 7 then n else 0 end) as bigint) as pension_due,
        cast(sum(case when what = 8 then n else 0 end) as bigint) as medical_due
    from changes
    group by campaign_no, person_no, day
),
days as (
    select
        campaign_no,
        person_no,
        day as from_day,
        lead(day) over (partition by campaign_no, person_no order by day) as until_day,
        cast(sum(insured) over in_order as bigint) as insured,
        cast(sum(helped) over in_order as bigint) as helped,
        cast(sum(certified) over in_order as bigint) as certified,
        cast(sum(pension_net) over in_order as bigint) as pension_net,
        cast(sum(medical_net) over in_order as bigint) as medical_net,
        cast(sum(critical_net) over in_order as bigint) as critical_net,
        cast(sum(pension_due) over in_order as bigint) as pension_due,
        cast(sum(medical_due) over in_order as bigint) as medical_due
    from daily
    window in_order as (partition by campaign_no, person_no order by day rows unbounded preceding)
)
select
    c.campaign,
    d.person_no,
    p.area_no,
    d.from_day,
    d.until_day,
    p.hukou,
    p.resident,
    p.student,
    p.age,
    d.certified % 1000 >= 1 as exempt,
    d.insured % 1000 >= 1 as registered_pension,
    d.insured % 1000000 >= 1000 as registered_medical,
    d.insured % 1000000000 >= 1000000 as registered_employee_pension,
    d.insured % 1000000000000 >= 1000000000 as registered_employee_medical,
    d.insured % 1000000000000000 >= 1000000000000 as registered_elsewhere_pension,
    d.insured % 1000000000000000000 >= 1000000000000000 as registered_elsewhere_medical,
    d.pension_net > 0 as paid_pension,
    d.medical_net > 0 as paid_medical,
    d.critical_net > 0 as paid_critical,
    d.helped % 1000 >= 1 as funded_pension,
    d.helped % 1000000 >= 1000 as funded_pension_full,
    d.helped % 1000000000 >= 1000000 as funded_medical,
    d.helped % 1000000000000 >= 1000000000 as funded_medical_full,
    d.pension_net > 0 or d.helped % 1000000 >= 1000 as covered_pension,
    d.medical_net > 0 or d.helped % 1000000000000 >= 1000000000 as covered_medical,
    d.certified % 1000000 >= 1000 as certified,
    d.certified % 1000000000 >= 1000000 as certified_hardship,
    d.certified % 1000000000000 >= 1000000000 as assistance,
    d.certified % 1000000000000000 >= 1000000000000 as assistance_granted,
    d.pension_due,
    d.medical_due,
    d.pension_net,
    d.medical_net
from days as d
join ref.campaign as c on c.ordinal = d.campaign_no
join core.aged as p on p.campaign = c.campaign and p.person_no = d.person_no
