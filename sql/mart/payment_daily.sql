-- Payments by day: one row per campaign, scheme, area its people belong to, day, channel and
-- bank; amounts in yuan. Failed transactions are left out. area_code is null for people who
-- are not on the roster.
-- check: unique campaign, scheme, area_code, paid_on, channel, bank
-- order: campaign, scheme, paid_on, area_code
-- cut: query
-- meaning: 每日缴费：成功的交易和退费，按缴费人所属区划 | payments by day that went through, and refunds, by the area the people belong to
-- grain: 每个方案、险种、区划、日期、渠道、银行一行 | one row per campaign, scheme, area, day, channel and bank
-- column: campaign: 考核方案 | campaign
-- column: scheme: 险种 | scheme
-- column: area_code: 缴费人所属区划；不在底册上的为空 | area of the people; null for those who are not on the roster
-- column: paid_on: 缴费日期 | day of the payment
-- column: channel: 缴费渠道 | channel
-- column: bank: 银行 | bank
-- column: payments [笔 | transactions]: 缴费笔数 | payments
-- column: people [人 | people]: 当日缴费的人数；跨天相加会重复计人 | people who paid on the day; do not add them over days
-- column: amount [元 | yuan]: 缴费金额 | amount paid
-- column: refunds [笔 | transactions]: 退费、冲正笔数 | refunds and reversals
-- column: refund_amount [元 | yuan]: 退费、冲正金额 | amount given back
-- ask: 各渠道收了多少？ | how much came in by each channel?
-- example: select channel, sum(payments) as payments, sum(amount) - sum(refund_amount) as net
-- example: from mart.payment_daily group by channel order by net desc
with
-- Who paid more than once on a day, in the same way: few, so that counting the payments and
-- taking these off costs less than counting everybody once.
again as (
    select person, scheme, year, cast(paid_at as date) as paid_on, channel, bank, count(*) - 1 as more
    from staging.payment
    where status is null and not back
    group by person, scheme, year, cast(paid_at as date), channel, bank
    having count(*) > 1
),
counted as (
    select person, scheme, year, cast(paid_at as date) as paid_on, channel, bank, back, abs(amount) as fen, 0 as more
    from staging.payment
    where status is null
    union all
    select person, scheme, year, paid_on, channel, bank, cast(null as boolean), 0, more
    from again
),
daily as (
    select
        s.campaign,
        c.scheme,
        p.area_no,
        c.paid_on,
        c.channel,
        c.bank,
        count(*) filter (where not c.back) as payments,
        cast(sum(c.more) as bigint) as more,
        coalesce(sum(c.fen) filter (where not c.back), 0) as fen,
        count(*) filter (where c.back) as refunds,
        coalesce(sum(c.fen) filter (where c.back), 0) as refund_fen
    from counted as c
    join ref.scheme as s on s.scheme = c.scheme and s.year = c.year
    left join core.person as p on p.person = c.person
    group by s.campaign, c.scheme, p.area_no, c.paid_on, c.channel, c.bank
)
select
    d.campaign,
    d.scheme,
    a.area_code,
    d.paid_on,
    d.channel,
    d.bank,
    d.payments,
    d.payments - d.more as people,
    cast(d.fen * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as amount,
    d.refunds,
    cast(d.refund_fen * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as refund_amount
from daily as d
left join ref.area as a on a.ordinal = d.area_no
