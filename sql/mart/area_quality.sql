-- How far the rows of a town can be trusted: one row per town and dataset with rows whose own
-- town cell can be read: how many were accepted (superseded ones count) and how many are held
-- back still. A held-back roster row is missing from the denominator.
-- check: unique area_code, dataset
with
held as (
    select town as town_code, dataset, count(*) as held
    from staging.held
    where town is not null
    group by town, dataset
),
both_sides as (
    select town_code, dataset, accepted, cast(0 as bigint) as held from core.accepted
    union all
    select town_code, dataset, cast(0 as bigint) as accepted, held from held
)
select
    a.area_code,
    a.area,
    b.dataset,
    cast(sum(b.accepted) as bigint) as accepted,
    cast(sum(b.held) as bigint) as held
from both_sides as b
join ref.area as a on a.area_code = b.town_code
group by a.area_code, a.area, b.dataset
