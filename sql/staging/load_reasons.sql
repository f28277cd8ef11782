-- The reasons of each load in one text: name=rows, joined by semicolons, in order of name.
-- check: unique load
select load, string_agg(concat(reason, '=', rows), ';' order by reason) as reasons
from raw.load_reason
group by load
