-- What was known at an earlier load: each row with the load that replaced it, the
-- next of its key; NULL while it stands. As of load N hold the rows with load <= N
-- and (replaced_by is null or replaced_by > N). A column that a file did not bring
-- (raw.load_field) left the earlier value standing. A load taken back was never known.

create view raw.roster_history as
select *, lead(load) over (partition by person order by load, line) as replaced_by
from raw.roster
where not repeated;

create view raw.registration_history as
select *, lead(load) over (partition by person, scheme, year, case when year is null then registered_on end order by load, line) as replaced_by
from raw.registration
where not repeated;

create view raw.levy_history as
select *, lead(load) over (partition by person, scheme, year order by load, line) as replaced_by
from raw.levy
where not repeated;

create view raw.payment_history as
select *, lead(load) over (partition by receipt, person, scheme, year, back, case when back then paid_at end order by load, line) as replaced_by
from raw.payment
where not repeated;

create view raw.subsidy_history as
select *, lead(load) over (partition by person, scheme, year, kind, category order by load, line) as replaced_by
from raw.subsidy
where not repeated;

create view raw.statement_history as
select *, lead(load) over (partition by date, source, scheme, channel, bank order by load, line) as replaced_by
from raw.statement
where not repeated;

create view raw.headcount_history as
select *, lead(load) over (partition by area, measure, as_of order by load, line) as replaced_by
from raw.headcount
where not repeated;

create view raw.tally_history as
select *, lead(load) over (partition by area, indicator, as_of order by load, line) as replaced_by
from raw.tally
where not repeated;
