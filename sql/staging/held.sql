-- What is held back now: one row per number (暂存号). A row that came back corrected and is
-- still wrong stands as it came last; load is the load that held it back first.
-- check: unique number
with
attempt as (
    select
        number,
        reasons,
        town,
        row_number() over (partition by number order by load desc, line desc) as latest
    from raw.correction
    where not released
)
select
    q.number,
    q.load,
    q.line,
    q.dataset,
    case when a.number is null then q.reasons else a.reasons end as reasons,
    case when a.number is null then q.town else a.town end as town
from raw.quarantine as q
left join attempt as a on a.number = q.number and a.latest = 1
where q.released_by is null and q.dismissed is null
