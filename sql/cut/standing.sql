-- All that stands for the areas of the user; of the city and the other towns what bulletins tell.
-- Of other towns a row with a count of one to four people is left out. The city's row less
-- the rows that are left would tell it all the same: so at least two towns are left out, the
-- smallest first, and more until what is left out together is none or five and above; where
-- the towns are too few for that, the city's row goes as well.
with
-- What could tell of few people, of the towns that are not the user's.
counted as (
    select
        s.campaign, s.item, s.as_of,
        coalesce(a.parent, '') as parent,
        s.area_code,
        s.expected,
        s.actual,
        s.expected - s.actual as missing,
        s.actual_on_time as on_time,
        s.expected_on_time - s.actual_on_time as late
    from whole.mart.standing as s
    join ref.area as a on a.area_code = s.area_code
    where a.level = 'town' and s.area_code not in (select area_code from own)
),
other as (
    select
        *,
        abs(expected) between 1 and 4
            or abs(actual) between 1 and 4
            or abs(missing) between 1 and 4
            or abs(on_time) between 1 and 4
            or abs(late) between 1 and 4 as small
    from counted
),
lined as (
    select
        *,
        row_number() over line as place,
        count(*) filter (where small) over (partition by campaign, item, as_of, parent) as smalls,
        sum(expected) over line as expected_so_far,
        sum(actual) over line as actual_so_far,
        sum(missing) over line as missing_so_far,
        sum(on_time) over line as on_time_so_far,
        sum(late) over line as late_so_far
    from other
    window line as (
        partition by campaign, item, as_of, parent
        order by small desc, expected, area_code
        rows between unbounded preceding and current row
    )
),
-- How far down the line is hidden; none where all of it would not be enough.
covered as (
    select
        campaign, item, as_of,
        parent,
        min(place) filter (
            where place >= greatest(smalls, 2)
            and abs(expected_so_far) not between 1 and 4
            and abs(actual_so_far) not between 1 and 4
            and abs(missing_so_far) not between 1 and 4
            and abs(on_time_so_far) not between 1 and 4
            and abs(late_so_far) not between 1 and 4
        ) as upto
    from lined
    where smalls > 0
    group by campaign, item, as_of, parent
),
hidden as (
    select l.campaign, l.item, l.as_of, l.area_code
    from lined as l
    join covered as c on c.campaign = l.campaign and c.item = l.item and c.as_of = l.as_of and c.parent = l.parent
    where c.upto is null or l.place <= c.upto
    union all
    select campaign, item, as_of, parent as area_code from covered where upto is null
)
select s.*
from whole.mart.standing as s
semi join ref.area as a on a.area_code = s.area_code
anti join hidden as h on h.campaign = s.campaign and h.item = s.item and h.as_of = s.as_of and h.area_code = s.area_code
