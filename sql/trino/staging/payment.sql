-- One row per transaction (缴费), as it stands now; amount in fen as written; back where
-- money was given back, each time apart; status failed, or null where it went through.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing.
-- bucketed: person
with
again as (
    select distinct person
    from raw.payment
    where shared and not repeated
),
brings as (
    select
        load,
        coalesce(bool_or(field = 'amount'), false) as has_amount,
        coalesce(bool_or(field = 'paid_at'), false) as has_paid_at,
        coalesce(bool_or(field = 'channel'), false) as has_channel,
        coalesce(bool_or(field = 'bank'), false) as has_bank,
        coalesce(bool_or(field = 'status'), false) as has_status
    from raw.load_field
    group by load
),
alone as (
    select
        r.receipt,
        r.person,
        r.scheme,
        r.year,
        r.back,
        r.amount,
        r.paid_at,
        r.channel,
        r.bank,
        r.status
    from raw.payment as r
    where not r.repeated
      and not exists (select 1 from again as a where a.person = r.person)
),
settled as (
    select
        r.receipt,
        r.person,
        r.scheme,
        r.year,
        r.back,
        max_by(r.amount, row(r.load, r.line)) filter (where b.has_amount) as amount,
        max_by(r.paid_at, row(r.load, r.line)) filter (where b.has_paid_at) as paid_at,
        max_by(r.channel, row(r.load, r.line)) filter (where b.has_channel) as channel,
        max_by(r.bank, row(r.load, r.line)) filter (where b.has_bank) as bank,
        max_by(r.status, row(r.load, r.line)) filter (where b.has_status) as status
    from raw.payment as r
    join again as a on a.person = r.person
    left join brings as b on b.load = r.load
    where not r.repeated
    group by r.receipt, r.person, r.scheme, r.year, r.back, case when r.back then r.paid_at end
)
select * from alone
union all
select * from settled
