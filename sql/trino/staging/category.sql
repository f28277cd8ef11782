-- The hardship categories a person is certified in on the latest day; one row per campaign
-- and person, categories as written, joined by 、.
-- check: unique campaign, person
with
certified as (
    select distinct c.campaign, s.person, s.category
    from staging.subsidy as s
    join staging.span as c
        on s.certified_from <= c.latest and (s.certified_to is null or s.certified_to >= c.latest)
)
select campaign, person, array_join(array_agg(category order by category), '、') as category
from certified
group by campaign, person
