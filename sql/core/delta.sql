-- What changes from one day to the next: one row per campaign, indicator, smallest area its
-- people are placed in, and day. Standings of any day are running sums of these.
-- check: unique campaign, indicator, area_no, day
with
-- Who comes to be expected on one day ceases to be on another. Both are told in one pass: what
-- is read twice DuckDB keeps in between, and memberships are many.
side as (
    select 1 as sign
    union all
    select -1
),
moves as (
    select
        m.campaign,
        m.indicator,
        m.area_no,
        case when s.sign = 1 then m.from_day else m.until_day end as day,
        m.counted,
        s.sign,
        m.fen_due,
        m.fen_received
    from indicators.membership as m
    cross join side as s
    where s.sign = 1 or m.until_day is not null
)
select
    campaign,
    indicator,
    area_no,
    day,
    cast(sum(sign) as bigint) as expected,
    cast(sum(case when counted then sign else 0 end) as bigint) as actual,
    cast(sum(sign * fen_due) as bigint) as fen_due,
    cast(sum(sign * fen_received) as bigint) as fen_received
from moves
group by campaign, indicator, area_no, day
