-- 户籍基本医疗保险参保率 (contract, section 3). Expected: local hukou, not exempt. Counted: covered
-- by residents' medical insurance, or in employee or elsewhere medical insurance.
-- materialize: view
select
    campaign,
    person_no,
    area_no,
    from_day,
    until_day,
    covered_medical or registered_employee_medical or registered_elsewhere_medical as counted
from core.state
where hukou
  and not exempt
