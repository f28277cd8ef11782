-- Transactions that did not go through, by day: one row per campaign, scheme, area its people
-- belong to, day, channel and bank; amounts in yuan. Beside mart.payment_daily they tell how
-- much of what was asked for came in (扣款成功率). area_code is null for people who are not
-- on the roster.
-- check: unique campaign, scheme, area_code, tried_on, channel, bank
-- order: campaign, scheme, tried_on, area_code
-- cut: query
-- meaning: 未成功的交易（扣款失败等），与 mart.payment_daily 并看可得扣款成功率 | transactions that did not go through; beside mart.payment_daily they tell how much of what was asked for came in
-- grain: 每个方案、险种、区划、日期、渠道、银行一行 | one row per campaign, scheme, area, day, channel and bank
-- column: campaign: 考核方案 | campaign
-- column: scheme: 险种 | scheme
-- column: area_code: 缴费人所属区划；不在底册上的为空 | area of the people; null for those who are not on the roster
-- column: tried_on: 交易日期 | day of the attempt
-- column: channel: 缴费渠道 | channel
-- column: bank: 银行 | bank
-- column: failures [笔 | transactions]: 未成功的笔数 | transactions that failed
-- column: people [人 | people]: 涉及人数；跨天相加会重复计人 | people they were of; do not add them over days
-- column: amount [元 | yuan]: 未成功的金额 | amount that did not come in
-- ask: 哪家银行扣款失败最多？ | with which bank do most deductions fail?
-- example: select bank, sum(failures) as failures, sum(amount) as amount
-- example: from mart.payment_failed where bank is not null group by bank order by failures desc
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
