-- Transactions that did not go through, by day: one row per campaign, scheme, area its people
-- belong to, day, channel and bank; amounts in yuan. Beside mart.payment_daily they tell how
-- much of what was asked for came in (扣款成功率). area_code is null for people who are not
-- on the roster.
-- check: unique campaign, scheme, area_code, tried_on, channel, bank
-- order: campaign, scheme, tried_on, area_code
with
failed as (
    select
        s.campaign,
        p.scheme,
        a.area_code,
        p.person,
        cast(p.paid_at as date) as tried_on,
        p.channel,
        p.bank,
        abs(p.amount) as fen
    from staging.payment as p
    join ref.scheme as s on s.scheme = p.scheme and s.year = p.year
    left join core.person as r on r.person = p.person
    left join ref.area as a on a.ordinal = r.area_no
    where p.status = 'failed' and not p.back
)
select
    campaign,
    scheme,
    area_code,
    tried_on,
    channel,
    bank,
    count(*) as failures,
    count(distinct person) as people,
    cast(sum(fen) * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as amount
from failed
group by campaign, scheme, area_code, tried_on, channel, bank
