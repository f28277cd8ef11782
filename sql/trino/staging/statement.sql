-- One row per day, source, scheme, channel and bank (对账单), as it stands now; amount
-- in fen.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing.
with
again as (
    select distinct date
    from raw.statement
    where shared and not repeated
),
brings as (
    select
        load,
        coalesce(bool_or(field = 'count'), false) as has_count,
        coalesce(bool_or(field = 'amount'), false) as has_amount
    from raw.load_field
    group by load
),
alone as (
    select
        r.date,
        r.source,
        r.scheme,
        r.channel,
        r.bank,
        r.count,
        r.amount
    from raw.statement as r
    where not r.repeated
      and not exists (select 1 from again as a where a.date = r.date)
),
settled as (
    select
        r.date,
        r.source,
        r.scheme,
        r.channel,
        r.bank,
        max_by(r.count, row(r.load, r.line)) filter (where b.has_count) as count,
        max_by(r.amount, row(r.load, r.line)) filter (where b.has_amount) as amount
    from raw.statement as r
    join again as a on a.date = r.date
    left join brings as b on b.load = r.load
    where not r.repeated
    group by r.date, r.source, r.scheme, r.channel, r.bank
)
select * from alone
union all
select * from settled
