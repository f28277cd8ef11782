-- Payments by day: one row per campaign, scheme, area its people belong to, day, channel and
-- bank; amounts in yuan. Failed transactions are left out. area_code is null for people who
-- are not on the roster.
-- check: unique campaign, scheme, area_code, paid_on, channel, bank
-- order: campaign, scheme, paid_on, area_code
with
payment as (
    select
        s.campaign,
        p.scheme,
        a.area_code,
        p.person,
        cast(p.paid_at as date) as paid_on,
        p.channel,
        p.bank,
        p.back,
        abs(p.amount) as fen
    from staging.payment as p
    join ref.scheme as s on s.scheme = p.scheme and s.year = p.year
    left join core.person as r on r.person = p.person
    left join ref.area as a on a.ordinal = r.area_no
    where p.status is null
)
select
    campaign,
    scheme,
    area_code,
    paid_on,
    channel,
    bank,
    count(*) filter (where not back) as payments,
    count(distinct case when not back then person end) as people,
    cast(coalesce(sum(fen) filter (where not back), 0) * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as amount,
    count(*) filter (where back) as refunds,
    cast(coalesce(sum(fen) filter (where back), 0) * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as refund_amount
from payment
group by campaign, scheme, area_code, paid_on, channel, bank
