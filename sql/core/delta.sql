-- What changes from one day to the next: one row per campaign, indicator, smallest area its
-- people are placed in, and day. Standings of any day are running sums of these.
-- check: unique campaign, indicator, area_no, day
with
member as (
    select * from indicators.membership
),
moves as (
    select campaign, indicator, area_no, from_day as day, counted, 1 as sign, fen_due, fen_received
    from member
    union all
    select campaign, indicator, area_no, until_day, counted, -1, fen_due, fen_received
    from member
    where until_day is not null
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
