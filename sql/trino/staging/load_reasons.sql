-- The reasons of each load in one text: name=rows, joined by semicolons, in order of name.
-- check: unique load
select load, array_join(array_agg(concat(reason, '=', cast(rows as varchar)) order by reason), ';') as reasons
from raw.load_reason
group by load
