-- How every area stands on every item at the end of every day: one row per campaign, item,
-- area and day from the opening to the last day (contract, section 3). met, short_by, rank
-- and forecast are decided in integers; only the rates for reading are floating point.
-- per_day is gained / 7, gained what came in over the seven days before.
-- check: unique campaign, item, area_code, as_of
-- check: not null expected, actual, actual_on_time, short_by
-- order: campaign, item, as_of, area_code
with
span as (
    select campaign, opening from staging.span
),
area as (
    select ordinal as area_no, area_code, area, parent, level from ref.area
),
-- A due day includes its last second: what is dated on it is on time.
dated as (
    select
        i.campaign,
        i.item,
        d.area_no,
        d.day,
        i.due,
        i.target_num,
        i.target_den,
        d.expected,
        d.actual,
        t.expected as expected_on_time,
        t.actual as actual_on_time,
        d.actual - w.actual as gained,
        date_diff('day', d.day, i.due) as days_left
    from ref.item as i
    join core.daily as d on d.campaign = i.campaign and d.indicator = i.indicator
    join span on span.campaign = d.campaign and d.day >= span.opening
    join core.daily as t on t.campaign = d.campaign and t.indicator = d.indicator and t.area_no = d.area_no
        and t.day = least(d.day, i.due)
    join core.daily as w on w.campaign = d.campaign and w.indicator = d.indicator and w.area_no = d.area_no
        and w.day = cast(d.day - interval '7' day as date)
),
-- ceil(target x expected) without leaving the integers: add what is missing to the next
-- multiple of the denominator, then divide a multiple, which is exact.
needed as (
    select
        *,
        target_num * expected as reach,
        (target_den - (target_num * expected) % target_den) % target_den as missing_to_multiple
    from dated
),
short as (
    select
        *,
        greatest(0, cast(round(cast(reach + missing_to_multiple as double) / target_den) as bigint) - actual) as short_by
    from needed
),
-- The floor of gained x days_left / 7, for what is lost too.
paced as (
    select
        *,
        gained * days_left - ((gained * days_left) % 7 + 7) % 7 as whole_sevenths
    from short
),
forecasts as (
    select
        *,
        case
            when expected > 0 and days_left >= 1
                then least(expected, actual + cast(round(cast(whole_sevenths as double) / 7) as bigint))
        end as forecast
    from paced
),
-- Siblings are compared by cross multiplication: a / b > c / d is a x d > c x b.
better as (
    select f.campaign, f.item, f.area_no, f.day, count(*) as ahead
    from forecasts as f
    join area as a on a.area_no = f.area_no
    join area as sibling on sibling.parent = a.parent and sibling.level = a.level
    join forecasts as s on s.campaign = f.campaign and s.item = f.item and s.day = f.day
        and s.area_no = sibling.area_no
    where f.expected > 0
      and s.expected > 0
      and s.actual * f.expected > f.actual * s.expected
    group by f.campaign, f.item, f.area_no, f.day
)
select
    f.campaign,
    f.item,
    a.level,
    a.area_code,
    a.area,
    f.day as as_of,
    f.expected,
    f.actual,
    f.actual_on_time,
    cast(f.actual as double) / nullif(f.expected, 0) as rate,
    cast(f.actual_on_time as double) / nullif(f.expected_on_time, 0) as rate_on_time,
    cast(f.target_num as double) / f.target_den as target,
    case when f.expected > 0 then f.actual * f.target_den >= f.reach end as met,
    f.short_by,
    case when f.expected > 0 and a.parent is not null then cast(1 + coalesce(b.ahead, 0) as integer) end as rank,
    case when f.expected > 0 then cast(f.gained as double) / 7 end as per_day,
    case
        when f.expected > 0 and f.days_left >= 1
            then cast(round(cast(f.short_by + (f.days_left - f.short_by % f.days_left) % f.days_left as double) / f.days_left) as bigint)
    end as needed_per_day,
    f.forecast,
    case
        when f.expected = 0 then null
        when f.expected_on_time > 0 and f.actual_on_time * f.target_den >= f.target_num * f.expected_on_time then 'met'
        when f.days_left < 1 then 'missed'
        when f.forecast * f.target_den >= f.reach then 'on_track'
        else 'at_risk'
    end as status,
    a.parent,
    f.expected_on_time,
    f.gained
from forecasts as f
join area as a on a.area_no = f.area_no
left join better as b on b.campaign = f.campaign and b.item = f.item and b.area_no = f.area_no and b.day = f.day
