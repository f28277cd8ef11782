-- Books against books (对账): one row per statement line, that is day, source, scheme and the
-- channel and bank the line names, with what its source states and what the transactions loaded
-- for the day come to: successful payments less what was given back, of every year. A line
-- speaks of the channel and bank it names only. Amounts in yuan.
-- check: unique date, source, scheme, channel, bank
-- order: date, source, scheme
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
        s.count as stated_count,
        s.amount as stated_fen,
        coalesce(sum(p.count), 0) as recorded_count,
        coalesce(sum(p.amount), 0) as recorded_fen
    from stated as s
    left join paid as p on p.date = s.date and p.scheme = s.scheme
        and (s.channel is null or s.channel = p.channel)
        and (s.bank is null or s.bank = p.bank)
    group by s.date, s.source, s.scheme, s.channel, s.bank, s.count, s.amount
)
select
    date,
    source,
    scheme,
    channel,
    bank,
    stated_count,
    cast(stated_fen * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as stated_amount,
    cast(recorded_count as bigint) as recorded_count,
    cast(recorded_fen * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as recorded_amount
from compared
