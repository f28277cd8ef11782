-- The road of people in hardship of the user's areas, of the city and of the other towns.
-- Of other towns a row with a count of one to four people is left out. The city's row less
-- the rows that are left would tell it all the same: so at least two towns are left out, the
-- smallest first, and more until what is left out together is none or five and above; where
-- the towns are too few for that, the city's row goes as well.
with
-- What could tell of few people, of the towns that are not the user's.
counted as (
    select
        s.campaign, s.scheme, s.as_of,
        coalesce(a.parent, '') as parent,
        s.area_code,
        s.certified,
        s.registered,
        s.funded,
        coalesce(s.recorded, 0) as recorded,
        s.certified - s.registered as unregistered,
        s.registered - s.funded as unfunded,
        coalesce(s.funded - s.recorded, 0) as unrecorded
    from whole.mart.hardship_road as s
    join ref.area as a on a.area_code = s.area_code
    where a.level = 'town' and s.area_code not in (select area_code from own)
),
other as (
    select
        *,
        abs(certified) between 1 and 4
            or abs(registered) between 1 and 4
            or abs(funded) between 1 and 4
            or abs(recorded) between 1 and 4
            or abs(unregistered) between 1 and 4
            or abs(unfunded) between 1 and 4
            or abs(unrecorded) between 1 and 4 as small
    from counted
),
lined as (
    select
        *,
        row_number() over line as place,
        count(*) filter (where small) over (partition by campaign, scheme, as_of, parent) as smalls,
        sum(certified) over line as certified_so_far,
        sum(registered) over line as registered_so_far,
        sum(funded) over line as funded_so_far,
        sum(recorded) over line as recorded_so_far,
        sum(unregistered) over line as unregistered_so_far,
        sum(unfunded) over line as unfunded_so_far,
        sum(unrecorded) over line as unrecorded_so_far
    from other
    window line as (
        partition by campaign, scheme, as_of, parent
        order by small desc, certified, area_code
        rows between unbounded preceding and current row
    )
),
-- How far down the line is hidden; none where all of it would not be enough.
covered as (
    select
        campaign, scheme, as_of,
        parent,
        min(place) filter (
            where place >= greatest(smalls, 2)
            and abs(certified_so_far) not between 1 and 4
            and abs(registered_so_far) not between 1 and 4
            and abs(funded_so_far) not between 1 and 4
            and abs(recorded_so_far) not between 1 and 4
            and abs(unregistered_so_far) not between 1 and 4
            and abs(unfunded_so_far) not between 1 and 4
            and abs(unrecorded_so_far) not between 1 and 4
        ) as upto
    from lined
    where smalls > 0
    group by campaign, scheme, as_of, parent
),
hidden as (
    select l.campaign, l.scheme, l.as_of, l.area_code
    from lined as l
    join covered as c on c.campaign = l.campaign and c.scheme = l.scheme and c.as_of = l.as_of and c.parent = l.parent
    where c.upto is null or l.place <= c.upto
    union all
    select campaign, scheme, as_of, parent as area_code from covered where upto is null
)
select s.*
from whole.mart.hardship_road as s
semi join ref.area as a on a.area_code = s.area_code
anti join hidden as h on h.campaign = s.campaign and h.scheme = s.scheme and h.as_of = s.as_of and h.area_code = s.area_code
