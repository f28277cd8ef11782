-- One row per campaign, scheme and person on the roster paid for the benefit year and not registered
-- in it on the latest day.
-- severity: warning
-- title: 已缴费未参保登记 | paid without registration
-- why: 缴了费但没有参保登记，待遇可能享受不到 | money was taken but no insurance stands behind it
-- do: 请经办机构补登记，或退费、撤销应征 | register them, or refund and withdraw the levy
with
today as (
    select t.*
    from core.state as t
    join staging.span as s on s.campaign = t.campaign
    where t.from_day <= s.latest and (t.until_day is null or t.until_day > s.latest)
),
missing as (
    select campaign, 'pension' as scheme, area_no, person_no from today where pension_net > 0 and not registered_pension
    union all
    select campaign, 'medical', area_no, person_no from today where medical_net > 0 and not registered_medical
)
select a.area_code, concat(m.campaign, ' ', m.scheme) as detail
from missing as m
join ref.area as a on a.ordinal = m.area_no
