-- The days of each campaign; one row per campaign. Standings run from the opening to the
-- later of the last due day and the last payment day loaded, be it of any scheme and year;
-- only where a campaign of a later year of one of its schemes is assessed too, what is paid
-- from that one's opening on is no longer this one's. Counting starts seven days before the
-- opening, because the pace of a day looks back that far. latest is the last day that
-- anything loaded speaks of.
-- check: unique campaign
with
next_year as (
    select s.campaign, min(c.opening) as opening
    from ref.scheme as s
    join ref.scheme as n on n.scheme = s.scheme and n.year > s.year
    join ref.campaign as c on c.campaign = n.campaign
    group by s.campaign
),
payment_day as (
    select distinct cast(paid_at as date) as day from staging.payment
),
paid as (
    select c.campaign, max(p.day) as day
    from ref.campaign as c
    left join next_year as n on n.campaign = c.campaign
    join payment_day as p on n.opening is null or p.day < n.opening
    group by c.campaign
),
spoken as (
    select campaign, day from paid
    union all
    select s.campaign, max(r.registered_on)
    from staging.registration as r
    join ref.scheme as s on s.scheme = r.scheme and s.year = r.year
    group by s.campaign
    union all
    select s.campaign, max(g.granted_on)
    from staging.subsidy as g
    join ref.scheme as s on s.scheme = g.scheme and s.year = g.year
    group by s.campaign
    union all
    select i.campaign, max(t.as_of)
    from staging.tally as t
    join ref.indicator as i on i.source = 'tally' and t.indicator in (i.indicator, i.title)
    group by i.campaign
),
last_spoken as (
    select campaign, max(day) as day from spoken group by campaign
)
-- Where nothing was paid the campaign ends with its last due day.
select
    c.campaign,
    cast(c.opening - interval '7' day as date) as first_day,
    c.opening,
    greatest(c.last_due, coalesce(paid.day, c.last_due)) as last_day,
    least(greatest(coalesce(last_spoken.day, c.opening), c.opening), greatest(c.last_due, coalesce(paid.day, c.last_due))) as latest
from ref.campaign as c
left join paid on paid.campaign = c.campaign
left join last_spoken on last_spoken.campaign = c.campaign
