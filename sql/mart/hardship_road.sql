-- The road of people in hardship: one row per campaign, scheme (pension, medical), area and
-- day. Of the people certified whom the hardship indicator of the scheme expects, how many are
-- registered (参保登记), how many of these have their contribution paid for (资助参保), and for
-- how many of these the entitlement is recorded (权益记录日期 on or before the day). recorded
-- is null where no such day was ever loaded: then nobody can tell.
-- check: unique campaign, scheme, area_code, as_of
-- check: not null certified, registered, funded
-- order: campaign, scheme, as_of, area_code
-- cut: query
-- meaning: 困难群体的四步：认定且应参保、已参保登记、已资助、权益已记录，后一步是前一步中的人 | the road of people in hardship: certified and expected, of these registered, of these paid for, of these with their entitlement recorded
-- grain: 每个方案、险种（pension、medical）、区划、日期一行 | one row per campaign, scheme (pension, medical), area and day
-- column: campaign: 考核方案 | campaign
-- column: scheme: 险种 | scheme
-- column: level: 层级：city、town、village | level: city, town or village
-- column: area_code: 区划代码 | area code
-- column: as_of: 截至日期，当日终了 | as of the end of this day
-- column: certified [人 | people]: 已认定且应参保的人 | people certified and expected
-- column: registered [人 | people]: 其中已参保登记 | of these, registered
-- column: funded [人 | people]: 其中资助参保已落实 | of these, paid for
-- column: recorded [人 | people]: 其中权益已记录；从未装载权益记录日期的为空 | of these, entitlement recorded; null where no such day was ever loaded
-- ask: 全市困难群体卡在哪一步？ | at which step are people in hardship stuck?
-- example: select m.scheme, m.certified, m.certified - m.registered as never_registered, m.registered - m.funded as grant_pending
-- example: from mart.hardship_road as m
-- example: join ref.campaign as c on c.campaign = m.campaign and c.latest = m.as_of
-- example: where m.level = 'city' order by m.scheme
with
member as (
    select
        campaign,
        case indicator when 'pension_hardship' then 'pension' else 'medical' end as scheme,
        person_no,
        area_no,
        from_day,
        until_day,
        counted
    from indicators.membership
    where indicator in ('pension_hardship', 'medical_hardship')
),
recorded as (
    select s.campaign, r.scheme, p.person_no, r.rights_on
    from staging.registration as r
    join ref.scheme as s on s.scheme = r.scheme and s.year = r.year
    join core.person as p on p.person = r.person
    where r.rights_on is not null
),
telling as (
    select count(*) as days from staging.registration where rights_on is not null
),
-- A membership is a stretch of core.state, so its first day finds the stretch again.
walked as (
    select
        m.campaign,
        m.scheme,
        m.area_no,
        m.from_day,
        m.until_day,
        case when m.scheme = 'pension' then t.registered_pension else t.registered_medical end as registered,
        m.counted,
        case when m.counted and r.rights_on is not null then greatest(m.from_day, r.rights_on) end as recorded_from
    from member as m
    join core.state as t on t.campaign = m.campaign and t.person_no = m.person_no and t.from_day = m.from_day
    left join recorded as r on r.campaign = m.campaign and r.scheme = m.scheme and r.person_no = m.person_no
),
moves as (
    select campaign, scheme, area_no, from_day as day, 1 as certified,
        case when registered then 1 else 0 end as registered, case when counted then 1 else 0 end as funded, 0 as recorded
    from walked
    union all
    select campaign, scheme, area_no, until_day, -1,
        case when registered then -1 else 0 end, case when counted then -1 else 0 end, 0
    from walked
    where until_day is not null
    union all
    select campaign, scheme, area_no, recorded_from, 0, 0, 0, 1
    from walked
    where recorded_from is not null and (until_day is null or recorded_from < until_day)
    union all
    select campaign, scheme, area_no, until_day, 0, 0, 0, -1
    from walked
    where recorded_from is not null and recorded_from < until_day
),
changes as (
    select m.campaign, m.scheme, a.within as area_no, m.day,
        sum(m.certified) as certified, sum(m.registered) as registered, sum(m.funded) as funded, sum(m.recorded) as recorded
    from moves as m
    join core.area as a on a.area_no = m.area_no
    group by m.campaign, m.scheme, a.within, m.day
),
assessed as (
    select campaign, case indicator when 'pension_hardship' then 'pension' else 'medical' end as scheme
    from ref.indicator
    where indicator in ('pension_hardship', 'medical_hardship') and source = 'people'
),
grid as (
    select i.campaign, i.scheme, a.ordinal as area_no, c.day
    from assessed as i
    join staging.calendar as c on c.campaign = i.campaign
    cross join ref.area as a
),
running as (
    select
        g.campaign,
        g.scheme,
        g.area_no,
        g.day,
        cast(sum(coalesce(c.certified, 0)) over days as bigint) as certified,
        cast(sum(coalesce(c.registered, 0)) over days as bigint) as registered,
        cast(sum(coalesce(c.funded, 0)) over days as bigint) as funded,
        cast(sum(coalesce(c.recorded, 0)) over days as bigint) as recorded
    from grid as g
    left join changes as c on c.campaign = g.campaign and c.scheme = g.scheme and c.area_no = g.area_no and c.day = g.day
    window days as (partition by g.campaign, g.scheme, g.area_no order by g.day rows unbounded preceding)
)
select
    r.campaign,
    r.scheme,
    a.level,
    a.area_code,
    r.day as as_of,
    r.certified,
    r.registered,
    r.funded,
    case when t.days > 0 then r.recorded end as recorded
from running as r
cross join telling as t
join staging.span as s on s.campaign = r.campaign and r.day >= s.opening
join ref.area as a on a.ordinal = r.area_no
