-- Accepted rows by the town their own cells name, and dataset: one row per pair. Rows that a
-- later one superseded count. The town cell decides; rows without one are no town's.
-- check: unique town_code, dataset
with
named as (
    select 'roster' as dataset, town from raw.roster where not repeated
    union all
    select 'registration', town from raw.registration where not repeated
    union all
    select 'levy', town from raw.levy where not repeated
    union all
    select 'payment', town from raw.payment where not repeated
    union all
    select 'subsidy', town from raw.subsidy where not repeated
)
select l.area_code as town_code, n.dataset, count(*) as accepted
from named as n
join raw.area_label as l on l.kind = 'town' and l.label = n.town
group by l.area_code, n.dataset
