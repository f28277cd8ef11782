-- One row per campaign and person registered in both on the latest day.
-- severity: warning
-- title: 居民与职工医保重复参保 | residents and employee medical insurance at once
-- why: 同一人两头参保，财政可能重复补助 | one person insured twice may be subsidised twice
-- do: 请医保部门核实，保留一头，另一头退费或终止 | let the medical insurance office decide which one stays, refund or end the other
select a.area_code, t.campaign as detail
from core.state as t
join staging.span as s on s.campaign = t.campaign
join ref.area as a on a.ordinal = t.area_no
where t.registered_medical
  and t.registered_employee_medical
  and t.from_day <= s.latest
  and (t.until_day is null or t.until_day > s.latest)
