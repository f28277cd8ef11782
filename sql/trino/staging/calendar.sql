-- One row per campaign and day from seven days before the opening to the last day.
-- check: unique campaign, day
select s.campaign, d.day
from staging.span as s
cross join unnest(sequence(s.first_day, s.last_day, interval '1' day)) as d (day)
