-- 大病保险选缴率 (contract, section 3). Expected: not exempt, covered by residents' medical
-- insurance. Counted: paid the critical-illness premium.
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
  and covered_medical
