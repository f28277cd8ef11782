-- 困难群众医保资助参保率 (contract, section 3). Expected: local hukou, not exempt, certified in any
-- category, in no employee or elsewhere medical insurance. Counted: registered and funded, in
-- full or in part.
-- materialize: view
select
    campaign,
    person_no,
    area_no,
    from_day,
    until_day,
    registered_medical and funded_medical as counted
from core.state
where hukou
  and not exempt
  and certified
  and not registered_employee_medical
  and not registered_elsewhere_medical
