-- Books against books (对账): one row per statement line, that is day, source, scheme and the
-- channel and bank the line names, with what its source states and what the transactions loaded
-- for the day come to: successful payments less what was given back, of every year. A line
-- speaks of the channel and bank it names only. Amounts in yuan.
-- check: unique date, source, scheme, channel, bank
-- order: date, source, scheme
-- cut: query
-- meaning: 对账：对账单每一行与同日交易合计比对；行里写明渠道、银行的，只比该渠道、银行 | books against books: each statement line beside what the transactions of its day come to, of the channel and bank it names
-- grain: 每条对账单一行：日期、来源、险种、渠道、银行 | one row per statement line: day, source, scheme, channel and bank
-- column: date: 对账日期 | day of the line
-- column: source: 来源：tax 税务、treasury 国库、bank 银行、medical 医保 | whose books: tax, treasury, bank or medical
-- column: scheme: 险种 | scheme
-- column: channel: 缴费渠道，空为全部 | channel, null for all
-- column: bank: 银行，空为全部 | bank, null for all
-- column: stated_count [笔 | transactions]: 对账单的笔数 | transactions as stated
-- column: stated_amount [元 | yuan]: 对账单的金额 | amount as stated
-- column: recorded_count [笔 | transactions]: 已装载交易的笔数 | transactions loaded
-- column: recorded_amount [元 | yuan]: 已装载交易的金额，退费已扣 | amount of the transactions loaded, less what was given back
-- ask: 哪些天对不上？ | on which days do the books disagree?
-- example: select date, source, scheme, stated_amount, recorded_amount, recorded_amount - stated_amount as difference
-- example: from mart.books where stated_amount <> recorded_amount or stated_count <> recorded_count order by date, source
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
