-- core.person with the age each campaign counts: one row per campaign and person; full years
-- on the campaign's age_on, null where the day of birth is unknown.
-- materialize: view
with
age_day as (
    select
        campaign,
        extract(year from age_on) as year,
        extract(month from age_on) * 100 + extract(day from age_on) as month_day
    from ref.campaign
)
select
    a.campaign,
    p.person_no,
    p.person,
    p.area_no,
    p.hukou,
    p.resident,
    p.student,
    p.school,
    p.sex,
    cast(a.year - extract(year from p.born)
        - case when extract(month from p.born) * 100 + extract(day from p.born) > a.month_day then 1 else 0 end as smallint) as age
from core.person as p
cross join age_day as a
