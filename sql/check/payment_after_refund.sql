-- One row per person, scheme and benefit year with a payment later than a refund.
-- severity: warning
-- title: 退费后又缴费 | paid again after a refund
-- why: 多为扣错再缴，也可能是退费没有到位 | mostly a correction, but a refund may be outstanding
-- do: 请税务部门抽查 | let the tax office look at a sample
with
refunded as (
    select person, scheme, year, min(paid_at) as refunded_at
    from staging.payment
    where back and status is null
    group by person, scheme, year
),
again as (
    select distinct p.person, p.scheme, p.year
    from staging.payment as p
    join refunded as r on r.person = p.person and r.scheme = p.scheme and r.year = p.year
    where not p.back and p.status is null and p.paid_at > r.refunded_at
)
select a.area_code, concat(g.scheme, ' ', cast(g.year as varchar)) as detail
from again as g
left join core.person as p on p.person = g.person
left join ref.area as a on a.ordinal = p.area_no
