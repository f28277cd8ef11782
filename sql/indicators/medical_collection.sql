-- 医疗保险征缴完成率 (contract, section 3). Expected: not exempt, not funded in full, levied more than
-- nothing for the benefit year; where no levy of scheme and year is loaded at all, registered
-- instead. Counted: paid. Beside it fen due and received of those expected.
-- materialize: view
with
levied as (
    select s.campaign, count(l.scheme) > 0 as any_levy
    from ref.scheme as s
    left join (select distinct scheme, year from staging.levy) as l
        on l.scheme = s.scheme and l.year = s.year
    where s.scheme = 'medical'
    group by s.campaign
)
select
    t.campaign,
    t.person_no,
    t.area_no,
    t.from_day,
    t.until_day,
    t.paid_medical as counted,
    t.medical_due as fen_due,
    t.medical_net as fen_received
from core.state as t
join levied as l on l.campaign = t.campaign
where not t.exempt
  and not t.funded_medical_full
  and case when l.any_levy then t.medical_due > 0 else t.registered_medical end
