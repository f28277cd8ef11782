-- Who is on the roster, without identity: one row per campaign and person, as of the latest
-- day; ages in full years on the campaign's age_on, in bands of the assessment.
-- materialize: view
select
    t.campaign,
    t.person_no,
    p.person,
    a.area_code,
    a.town,
    case when a.level = 'village' then a.area_code end as village,
    p.sex,
    case
        when t.age is null then null
        when t.age < 16 then '0-15'
        when t.age < 30 then '16-29'
        when t.age < 45 then '30-44'
        when t.age < 60 then '45-59'
        when t.age < 75 then '60-74'
        else '75+'
    end as age_band,
    t.hukou,
    t.resident,
    t.student,
    p.school,
    t.exempt,
    t.certified,
    c.category,
    t.pension,
    t.medical,
    t.critical
from core.stretch as t
join staging.span as s on s.campaign = t.campaign
    and t.from_day <= s.latest and (t.until_day is null or t.until_day > s.latest)
join core.person as p on p.person_no = t.person_no
join ref.area as a on a.ordinal = t.area_no
left join staging.category as c on c.campaign = t.campaign and c.person = p.person
