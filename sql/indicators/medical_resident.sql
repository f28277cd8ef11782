-- 常住人口医疗保险参保率 (contract, section 3). Expected: residents on the roster; a headcount,
-- where there is one, takes the place of their number. Counted: covered by residents' medical
-- insurance, or in employee medical insurance. Exemptions do not matter here.
-- materialize: view
select
    campaign,
    person_no,
    area_no,
    from_day,
    until_day,
    covered_medical or registered_employee_medical as counted
from core.state
where resident
