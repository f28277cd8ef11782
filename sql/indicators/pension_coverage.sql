-- 养老保险参保率 (contract, section 3). Expected: local hukou, aged 16 to 59 on age_on, no
-- student, not exempt, in no employee or elsewhere pension. Counted: paid, or funded in full.
-- Age unknown is not expected.
-- materialize: view
select
    campaign,
    person_no,
    area_no,
    from_day,
    until_day,
    covered_pension as counted
from core.state
where hukou
  and age between 16 and 59
  and not student
  and not exempt
  and not registered_employee_pension
  and not registered_elsewhere_pension
