-- One row per campaign and day from seven days before the opening to the last day.
-- check: unique campaign, day
select s.campaign, cast(d.day as date) as day
from staging.span as s
cross join lateral (select unnest(generate_series(s.first_day, s.last_day, interval 1 day)) as day) as d
