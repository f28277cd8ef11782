-- What does not change about people on the roster, without identity: one row per campaign and
-- person; ages in bands of the assessment, categories as of the latest day.
-- materialize: view
select
    p.campaign,
    p.person_no,
    p.person,
    a.area_code,
    a.town,
    case when a.level = 'village' then a.area_code end as village,
    p.sex,
    case
        when p.age is null then null
        when p.age < 16 then '0-15'
        when p.age < 30 then '16-29'
        when p.age < 45 then '30-44'
        when p.age < 60 then '45-59'
        when p.age < 75 then '60-74'
        else '75+'
    end as age_band,
    p.hukou,
    p.resident,
    p.student,
    p.school,
    c.category
from core.aged as p
join ref.area as a on a.ordinal = p.area_no
left join staging.category as c on c.campaign = p.campaign and c.person = p.person
