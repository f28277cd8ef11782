-- One row per campaign and person who paid the critical-illness premium and is covered neither by
-- residents' nor by employee medical insurance on the latest day.
-- severity: warning
-- title: 只缴大病保险、未参加基本医保 | critical-illness premium without medical insurance
-- why: 大病保险以参加基本医保为前提 | the option presupposes basic medical insurance
-- do: 请核实基本医保缴费是否失败或退费 | find out whether the medical contribution failed or was refunded
select a.area_code, t.campaign as detail
from core.state as t
join staging.span as s on s.campaign = t.campaign
join ref.area as a on a.ordinal = t.area_no
where t.paid_critical
  and not t.covered_medical
  and not t.registered_employee_medical
  and t.from_day <= s.latest
  and (t.until_day is null or t.until_day > s.latest)
