-- 医疗救助政策落实率 (contract, section 3). Expected: not exempt, with medical assistance certified
-- for the day. Counted: such a row is carried out.
-- materialize: view
select
    campaign,
    person_no,
    area_no,
    from_day,
    until_day,
    assistance_granted as counted
from core.state
where not exempt
  and assistance
