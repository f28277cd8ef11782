-- One row per area and each area it lies in, itself included.
-- check: unique area_no, within
with
parent as (
    select a.ordinal as area_no, p.ordinal as within, p.parent
    from ref.area as a
    join ref.area as p on p.area_code = a.parent
)
select ordinal as area_no, ordinal as within from ref.area
union all
select area_no, within from parent
union all
select parent.area_no, g.ordinal as within
from parent
join ref.area as g on g.area_code = parent.parent
