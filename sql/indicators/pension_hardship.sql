-- 困难群体养老资助参保率 (contract, section 3). Expected: as in pension_coverage, and certified
-- in one of the four categories. Counted: registered and funded, in full or in part.
-- materialize: view
select
    campaign,
    person_no,
    area_no,
    from_day,
    until_day,
    registered_pension and funded_pension as counted
from core.state
where hukou
  and age between 16 and 59
  and not student
  and not exempt
  and not registered_employee_pension
  and not registered_elsewhere_pension
  and certified_hardship
