-- 大病保险选缴率（含职工） (contract, section 3). As critical_uptake, employees expected too.
-- materialize: view
select
    campaign,
    person_no,
    area_no,
    from_day,
    until_day,
    paid_critical as counted
from core.state
where not exempt
  and (covered_medical or registered_employee_medical)
