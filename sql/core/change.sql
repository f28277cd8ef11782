-- One row per person and event that changes where the person stands: what changes, on
-- which day, by how much. What happened before the first day counted stands on that day;
-- what happens after the last is left out. campaign_no is the ordinal of the campaign, and what
-- is changed a number, because half the time it took to write these rows went into words that
-- are the same a million times over:
--   1 insured         registrations in force, by scheme
--   2 helped          资助参保 carried out; of these, those in full
--   3 certified       不应参保; certificates in force, those of the four categories of pension;
--                     医疗救助 in force, and of these, those carried out
--   4 pension_net     fen paid and not given back, of the benefit year
--   5 medical_net
--   6 critical_net
--   7 pension_due     fen levied for the benefit year
--   8 medical_due
--   9 critical_due
-- core.state adds them up. The first three count several things at once, three decimal digits
-- each: a row changes one of them, by the unit of its digits.
with
campaign as (
    select c.ordinal as campaign_no, s.campaign, s.first_day, s.last_day
    from staging.span as s
    join ref.campaign as c on c.campaign = s.campaign
),
-- Intervals hold from one day until another, which is no longer part of them; what lasts
-- ends on a day that never comes. A null would do, but for a Trino that plans a union
-- of rows with what it knows to be empty in a way it then cannot run.
exempt as (
    select 3 as what, cast(1 as bigint) as unit, person, coalesce(exempt_from, date '0001-01-01') as from_day,
        date '9999-12-31' as until_day, cast(null as varchar) as scheme, cast(null as smallint) as year
    from core.person
    where exempted
),
-- 终止参保 and 暂停参保 without a day never counted.
registered as (
    select
        1 as what,
        case scheme
            when 'pension' then cast(1 as bigint)
            when 'medical' then 1000
            when 'employee_pension' then 1000000
            when 'employee_medical' then 1000000000
            when 'elsewhere_pension' then 1000000000000
            when 'elsewhere_medical' then 1000000000000000
            else 0
        end as unit,
        person,
        registered_on as from_day,
        coalesce(ended_on, date '9999-12-31') as until_day,
        scheme,
        year
    from staging.registration
    where status = 'active' or ended_on is not null
),
funded as (
    select
        2 as what,
        case scheme when 'pension' then cast(1 as bigint) when 'medical' then 1000000 else 0 end as unit,
        person,
        granted_on as from_day,
        date '9999-12-31' as until_day,
        scheme,
        year
    from staging.subsidy
    where kind = 'funding' and granted_on is not null
),
funded_full as (
    select
        2 as what,
        case scheme when 'pension' then cast(1000 as bigint) when 'medical' then 1000000000 else 0 end as unit,
        person,
        granted_on as from_day,
        date '9999-12-31' as until_day,
        scheme,
        year
    from staging.subsidy
    where kind = 'funding' and granted_on is not null and extent is null
),
-- A certificate holds on its last day still.
subsidy as (
    select person, kind, category, certified_from, granted_on, coalesce(cast(certified_to + interval '1' day as date), date '9999-12-31') as until_day
    from staging.subsidy
),
certificates as (
    select 3 as what, cast(1000 as bigint) as unit, person, certified_from as from_day, until_day,
        cast(null as varchar) as scheme, cast(null as smallint) as year
    from subsidy
    union all
    select 3, 1000000, person, certified_from, until_day, null, null
    from subsidy
    where category in ('低保对象', '特困人员', '残疾人', '低保边缘户')
    union all
    select 3, 1000000000, person, certified_from, until_day, null, null
    from subsidy
    where kind = 'assistance'
    union all
    select 3, 1000000000000, person, greatest(certified_from, granted_on), until_day, null, null
    from subsidy
    where kind = 'assistance' and granted_on is not null
),
intervals as (
    select * from exempt
    union all
    select * from registered
    union all
    select * from funded
    union all
    select * from funded_full
    union all
    select * from certificates
),
-- Without a year an interval speaks to every campaign; resident schemes to that of theirs.
campaign_intervals as (
    select c.campaign_no, i.person, i.what, i.unit, greatest(i.from_day, c.first_day) as from_day, i.until_day, c.last_day
    from intervals as i
    cross join campaign as c
    left join ref.scheme as s on s.campaign = c.campaign and s.scheme = i.scheme and s.year = i.year
    where (i.year is null or s.scheme is not null)
      and i.from_day <= c.last_day
      and i.until_day > i.from_day
      and i.until_day > c.first_day
),
-- Amounts: what was paid adds, what was given back subtracts, whatever its sign.
amounts as (
    select case scheme when 'pension' then 4 when 'medical' then 5 else 6 end as what, person, scheme, year, cast(paid_at as date) as day,
        case when back then -abs(amount) else amount end as n
    from staging.payment
    where status is null
    union all
    select case scheme when 'pension' then 7 when 'medical' then 8 else 9 end, person, scheme, year, date '0001-01-01', amount
    from staging.levy
),
-- What begins on one day ends on another, both told in one pass: what is read twice DuckDB keeps
-- in between.
side as (
    select 1 as sign
    union all
    select -1
),
events as (
    select
        i.campaign_no,
        i.person,
        case when s.sign = 1 then i.from_day else i.until_day end as day,
        i.what,
        s.sign * i.unit as n
    from campaign_intervals as i
    cross join side as s
    where s.sign = 1 or i.until_day <= i.last_day
    union all
    select c.campaign_no, a.person, greatest(a.day, c.first_day), a.what, a.n
    from amounts as a
    join ref.scheme as s on s.scheme = a.scheme and s.year = a.year
    join campaign as c on c.campaign = s.campaign
    where a.day <= c.last_day
)
select e.campaign_no, p.person_no, e.day, e.what, e.n
from events as e
join core.person as p on p.person = e.person
