-- How every area stands at the end of every day of the calendar: one row per campaign,
-- indicator, area (villages, towns, city) and day, areas with nobody included.
-- check: unique campaign, indicator, area_no, day
with
moves as (
    select d.campaign, d.indicator, a.within as area_no, d.day,
        sum(d.expected) as expected, sum(d.actual) as actual, sum(d.fen_due) as fen_due, sum(d.fen_received) as fen_received
    from core.delta as d
    join core.area as a on a.area_no = d.area_no
    group by d.campaign, d.indicator, a.within, d.day
),
-- Everything has a row for every day, however quiet.
grid as (
    select i.campaign, i.indicator, i.source, a.ordinal as area_no, c.day
    from ref.indicator as i
    join staging.calendar as c on c.campaign = i.campaign
    cross join ref.area as a
),
people as (
    select
        g.campaign,
        g.indicator,
        g.source,
        g.area_no,
        g.day,
        cast(sum(coalesce(m.expected, 0)) over running as bigint) as expected,
        cast(sum(coalesce(m.actual, 0)) over running as bigint) as actual,
        cast(sum(coalesce(m.fen_due, 0)) over running as bigint) as fen_due,
        cast(sum(coalesce(m.fen_received, 0)) over running as bigint) as fen_received
    from grid as g
    left join moves as m on m.campaign = g.campaign and m.indicator = g.indicator and m.area_no = g.area_no and m.day = g.day
    window running as (partition by g.campaign, g.indicator, g.area_no order by g.day rows unbounded preceding)
)
select
    p.campaign,
    p.indicator,
    p.area_no,
    p.day,
    coalesce(r.expected, p.expected) as expected,
    coalesce(r.actual, p.actual) as actual,
    p.fen_due,
    p.fen_received
from people as p
left join core.reported as r on r.campaign = p.campaign and r.indicator = p.indicator and r.area_no = p.area_no and r.day = p.day
