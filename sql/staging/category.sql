-- The hardship categories a person is certified in on the latest day; one row per campaign
-- and person, categories as written, joined by 、.
-- check: unique campaign, person
select
    c.campaign,
    s.person,
    string_agg(distinct s.category, '、' order by s.category) as category
from staging.subsidy as s
join staging.span as c
    on s.certified_from <= c.latest and (s.certified_to is null or s.certified_to >= c.latest)
group by c.campaign, s.person
