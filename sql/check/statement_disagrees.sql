-- One row per day, scheme and source whose statement totals differ from the transactions loaded for
-- the day: successful payments less what was given back. A bank's statement speaks of the channels
-- and banks it names only.
-- severity: warning
-- title: 对账不符 | statements that disagree
-- why: 税务、国库、银行、医保的账必须一致 | the books of tax, treasury, banks and medical insurance must agree
-- do: 请各方逐笔核对当日明细 | let the parties compare the transactions of the day
with
stated as (
    select date, source, scheme, channel, bank, count, amount from staging.statement
),
paid as (
    select
        cast(paid_at as date) as date,
        scheme,
        channel,
        bank,
        count(*) as count,
        sum(case when back then -abs(amount) else amount end) as amount
    from staging.payment
    where status is null
    group by cast(paid_at as date), scheme, channel, bank
),
compared as (
    select
        s.date,
        s.source,
        s.scheme,
        s.channel,
        s.bank,
        s.count,
        s.amount,
        coalesce(sum(p.count), 0) as paid_count,
        coalesce(sum(p.amount), 0) as paid_amount
    from stated as s
    left join paid as p on p.date = s.date and p.scheme = s.scheme
        and (s.channel is null or s.channel = p.channel)
        and (s.bank is null or s.bank = p.bank)
    group by s.date, s.source, s.scheme, s.channel, s.bank, s.count, s.amount
)
select
    null as area_code,
    concat(date, ' ', source, ' ', scheme, ' ', coalesce(channel, ''), ' ', coalesce(bank, ''), ': ',
        count, ' / ', paid_count, ', ', printf('%.2f', amount / 100), ' / ', printf('%.2f', paid_amount / 100)) as detail
from compared
where exists (select 1 from staging.payment)
  and (count <> paid_count or amount <> paid_amount)
order by date, source, scheme, channel, bank
