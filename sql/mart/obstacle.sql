-- What is known to stand in the way of a person who ought to be in: one row per campaign,
-- person, scheme, kind and the day from which it holds; until_day is no longer part of it, null:
-- it lasts. Whether somebody is missing stands in mart.stretch; a list of who is missing
-- (canbao worklist) takes its reasons from here. Kinds of what:
--   failed        a payment of the day did not go through (扣款失败)
--   refunded      money was given back on the day
--   ended, paused the registration counts no longer (终止参保, 暂停参保)
--   own_part      paid for in part (资助参保, 部分), the own part is still due
--   pending       certified for 资助参保 that is not carried out
--   unregistered  covered, and not registered all the same
-- order: campaign, scheme, what, person_no
-- cut: people campaign, person_no
-- meaning: 参保障碍：扣款失败、退费、终止或暂停、只资助了一部分、资助未落实等；是否未参保看 mart.stretch | obstacles: what is known to stand in the way of a person; whether one is missing stands in mart.stretch
-- grain: 每个方案、人、险种、情形及其起始日一行 | one row per campaign, person, scheme, kind and day from which it holds
-- column: campaign: 考核方案 | campaign
-- column: person_no [号 | number]: 人员序号，与 mart.person 关联 | number of the person, to join mart.person by
-- column: scheme: 险种：pension、medical、critical | scheme: pension, medical or critical
-- column: what: 情形：failed 扣款失败、refunded 退费、ended 终止、paused 暂停、own_part 部分资助、pending 已认定而资助未落实、unregistered 已参保而未登记 | kind: failed (a payment did not go through), refunded, ended, paused, own_part (paid for in part), pending (certified, not paid for), unregistered (covered without registration)
-- column: from_day: 从哪天起；扣款失败、退费为当天 | first day; of a failed payment and a refund the day itself
-- column: until_day: 到哪天止，不含；空为延续至今 | first day on which it holds no longer; null: it lasts
-- ask: 截至 12 月 10 日，多少人扣款失败后仍没有医保？ | how many people whose deduction failed have no medical insurance on 10 December?
-- example: select count(distinct o.person_no) as people
-- example: from mart.obstacle as o
-- example: join mart.stretch as s on s.campaign = o.campaign and s.person_no = o.person_no
-- example: where o.scheme = 'medical' and o.what = 'failed' and o.from_day <= date '2020-12-10' and s.medical in ('none', 'registered')
-- example:   and s.from_day <= date '2020-12-10' and (s.until_day is null or s.until_day > date '2020-12-10')
with
span as (
    select campaign, last_day from staging.span
),
scheme as (
    select campaign, scheme, year from ref.scheme
),
paid as (
    select person, scheme, year, case when back then 'refunded' else 'failed' end as what, cast(paid_at as date) as from_day,
        cast(null as date) as until_day
    from staging.payment
    where back and status is null or status = 'failed' and not back
),
registered as (
    select person, scheme, year, case when status = 'paused' then 'paused' else 'ended' end as what,
        greatest(registered_on, coalesce(ended_on, registered_on)) as from_day, cast(null as date) as until_day
    from staging.registration
    where year is not null and (status <> 'active' or ended_on is not null)
),
funding as (
    select person, scheme, year, extent, certified_from, granted_on, cast(certified_to + interval '1' day as date) as not_certified
    from staging.subsidy
    where kind = 'funding'
),
own_part as (
    select person, scheme, year, 'own_part' as what, granted_on as from_day, cast(null as date) as until_day
    from funding
    where granted_on is not null and extent is not null
),
pending as (
    select person, scheme, year, 'pending' as what, certified_from as from_day,
        case
            when granted_on is null then not_certified
            when not_certified is null then granted_on
            when granted_on < not_certified then granted_on
            else not_certified
        end as until_day
    from funding
),
told as (
    select * from paid
    union all
    select * from registered
    union all
    select * from own_part
    union all
    select * from pending
),
known as (
    select s.campaign, p.person_no, t.scheme, t.what, t.from_day, t.until_day
    from told as t
    join scheme as s on s.scheme = t.scheme and s.year = t.year
    join core.person as p on p.person = t.person
),
unregistered as (
    select campaign, person_no, 'pension' as scheme, 'unregistered' as what, from_day, until_day
    from core.state
    where covered_pension and not registered_pension
    union all
    select campaign, person_no, 'medical', 'unregistered', from_day, until_day
    from core.state
    where covered_medical and not registered_medical
),
whole as (
    select * from known
    union all
    select * from unregistered
)
select distinct
    e.campaign,
    e.person_no,
    e.scheme,
    e.what,
    e.from_day,
    e.until_day
from whole as e
join span as s on s.campaign = e.campaign
where e.from_day <= s.last_day
  and (e.until_day is null or e.until_day > e.from_day)
