-- How every area stands on every item at the end of every day: one row per campaign, item,
-- area and day from the opening to the last day (contract, section 3). met, short_by, rank
-- and forecast are decided in integers; only the rates for reading are floating point.
-- per_day is gained / 7, gained what came in over the seven days before.
-- check: unique campaign, item, area_code, as_of
-- check: not null expected, actual, actual_on_time, short_by
-- order: campaign, item, as_of, area_code
-- cut: query
-- meaning: 完成情况：每个考核项、每个区划、每天的应参保、已参保、参保率、名次和进度 | how every area stands on every item at the end of every day: counts, rates, rank and pace
-- grain: 每个方案、考核项、区划、日期一行，从开征日到 ref.campaign.last_day | one row per campaign, item, area and day, from the opening to ref.campaign.last_day
-- column: campaign: 考核方案 | campaign
-- column: item: 考核项，见 ref.item | item, see ref.item
-- column: level: 层级：city、town、village | level: city, town or village
-- column: area_code: 区划代码 | area code
-- column: area: 区划名称 | name of the area
-- column: as_of: 截至日期，当日终了 | as of the end of this day
-- column: expected [人 | people]: 应参保人数（分母） | people who should be in, the denominator
-- column: actual [人 | people]: 已参保人数（分子） | those of them who are, the numerator
-- column: actual_on_time [人 | people]: 截至当日与截止日中较早一天的已参保人数 | actual as of the earlier of this day and the due day
-- column: rate [比例 | fraction]: 完成率，0.9991 即 99.91% | actual / expected: 0.9991 is 99.91 %
-- column: rate_on_time [比例 | fraction]: 按期完成率 | the rate as of the earlier of this day and the due day
-- column: target [比例 | fraction]: 目标 | target
-- column: met: 是否达标，按整数比较；无应参保人数的为空 | whether the target is met, decided in integers; null where nobody is expected
-- column: short_by [人 | people]: 距目标还差的人数 | people missing to the target
-- column: rank [名 | place]: 同级排名，并列者同名次；全市没有 | place among its siblings, equal rates share one; none for the city
-- column: per_day [人/天 | people a day]: 近七天日均增加 | gained a day over the last seven days
-- column: needed_per_day [人/天 | people a day]: 到截止日每天还要增加 | needed a day until the due day
-- column: forecast [人 | people]: 照现在的速度，截止日的已参保人数 | actual at the due day at this pace
-- column: status: 进度：met 已达标、on_track 可达标、at_risk 有风险、missed 未达标 | met, on_track, at_risk or missed
-- column: parent: 上级区划代码 | code of the area above
-- column: expected_on_time [人 | people]: 截至当日与截止日中较早一天的应参保人数 | expected as of the earlier of this day and the due day
-- column: gained [人 | people]: 近七天增加的已参保人数 | gained over the last seven days
-- ask: 户籍医保各镇街排名怎样？ | how do the towns rank in medical insurance?
-- example: select s.rank, s.area, s.expected, s.actual, round(100 * s.rate, 2) as percent, s.short_by, s.status
-- example: from mart.standing as s
-- example: join ref.campaign as c on c.campaign = s.campaign and c.latest = s.as_of
-- example: where s.item = 'medical_hukou' and s.level = 'town' order by s.rank
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
-- Siblings are compared by actual / expected in long division: the whole, then twice nine
-- decimal digits. Two fractions whose denominators have nine digits at most differ by more than
-- a digit beyond these, so what is equal in all three is equal. Divided are exact multiples, whose
-- quotients are too small for rounding to miss.
wholes as (
    select
        d.campaign,
        i.item,
        d.area_no,
        a.parent,
        a.level,
        d.day,
        d.expected,
        cast(round(cast(d.actual - d.actual % d.expected as double) / d.expected) as bigint) as whole,
        d.actual % d.expected as remainder
    from core.daily as d
    join ref.item as i on i.campaign = d.campaign and i.indicator = d.indicator
    join span on span.campaign = d.campaign and d.day >= span.opening
    join area as a on a.area_no = d.area_no and a.parent is not null
    where d.expected > 0
),
ninths as (
    select
        *,
        cast(round(cast(remainder * 1000000000 - remainder * 1000000000 % expected as double) / expected) as bigint) as digits,
        remainder * 1000000000 % expected as rest
    from wholes
),
divided as (
    select
        *,
        cast(round(cast(rest * 1000000000 - rest * 1000000000 % expected as double) / expected) as bigint) as more_digits
    from ninths
),
ranked as (
    select
        campaign,
        item,
        area_no,
        day,
        rank() over (partition by campaign, item, day, parent, level
            order by whole desc, digits desc, more_digits desc) as place
    from divided
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
    cast(r.place as integer) as rank,
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
left join ranked as r on r.campaign = f.campaign and r.item = f.item and r.area_no = f.area_no and r.day = f.day
