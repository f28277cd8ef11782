-- All checks, with the rows they found in the user's areas.
with
found as (
    select check_id, sum(rows) as rows
    from whole.mart.check_area
    where area_code in (select area_code from own)
    group by check_id
)
select c.* replace (cast(coalesce(f.rows, 0) as bigint) as rows)
from whole.mart.check as c
left join found as f on f.check_id = c.check_id
