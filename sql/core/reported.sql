-- Counts that come ready-made: one row per campaign, indicator, area and day of the calendar
-- for which there is one. actual is null for headcounts, which tell a denominator only. The
-- latest report up to the day counts, one without a day being older than any; an area without
-- its own takes the sum of its children where each has one (contract, section 3).
-- check: unique campaign, indicator, area_no, day
with
indicator as (
    select campaign, indicator, title, source, measure from ref.indicator where source in ('headcount', 'tally')
),
area as (
    select ordinal as area_no, area_code, parent, level from ref.area
),
report as (
    select i.campaign, i.indicator, a.area_no, coalesce(h.as_of, date '0001-01-01') as as_of, h.value as expected, cast(null as bigint) as actual
    from indicator as i
    join staging.headcount as h on i.source = 'headcount' and h.measure = i.measure
    join area as a on a.area_code = h.area
    union all
    select i.campaign, i.indicator, a.area_no, t.as_of, t.expected, t.actual
    from indicator as i
    join staging.tally as t on i.source = 'tally' and (t.indicator = i.indicator or t.indicator = i.title)
    join area as a on a.area_code = t.area
),
lasting as (
    select
        campaign,
        indicator,
        area_no,
        as_of,
        lead(as_of) over (partition by campaign, indicator, area_no order by as_of) as until_day,
        expected,
        actual
    from report
),
own as (
    select c.campaign, l.indicator, l.area_no, c.day, l.expected, l.actual
    from lasting as l
    join staging.calendar as c on c.campaign = l.campaign and c.day >= l.as_of and (l.until_day is null or c.day < l.until_day)
),
children as (
    select p.area_no as parent_no, a.area_no, p.level
    from area as a
    join area as p on p.area_code = a.parent
),
family as (
    select parent_no, level, count(*) as size from children group by parent_no, level
),
town_sum as (
    select o.campaign, o.indicator, c.parent_no as area_no, o.day, cast(sum(o.expected) as bigint) as expected, cast(sum(o.actual) as bigint) as actual
    from own as o
    join children as c on c.area_no = o.area_no and c.level = 'town'
    join family as f on f.parent_no = c.parent_no
    group by o.campaign, o.indicator, c.parent_no, o.day, f.size
    having count(*) = f.size
),
below_city as (
    select * from own
    union all
    select t.*
    from town_sum as t
    left join own as o on o.campaign = t.campaign and o.indicator = t.indicator and o.area_no = t.area_no and o.day = t.day
    where o.area_no is null
),
city_sum as (
    select b.campaign, b.indicator, c.parent_no as area_no, b.day, cast(sum(b.expected) as bigint) as expected, cast(sum(b.actual) as bigint) as actual
    from below_city as b
    join children as c on c.area_no = b.area_no and c.level = 'city'
    join family as f on f.parent_no = c.parent_no
    group by b.campaign, b.indicator, c.parent_no, b.day, f.size
    having count(*) = f.size
)
select * from below_city
union all
select s.*
from city_sum as s
left join own as o on o.campaign = s.campaign and o.indicator = s.indicator and o.area_no = s.area_no and o.day = s.day
where o.area_no is null
