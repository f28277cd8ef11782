-- One row per transaction (缴费), as it stands now; amount in fen as written; back where
-- money was given back, each time apart; status failed, or null where it went through.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing.
-- materialize: view
with
again as (
    select distinct person
    from raw.payment
    where shared and not repeated
),
alone as (
    select
        receipt,
        person,
        scheme,
        year,
        back,
        amount,
        paid_at,
        channel,
        bank,
        status
    from raw.payment
    where not repeated and person not in (select person from again)
),
settled as (
    select
        receipt,
        person,
        scheme,
        year,
        back,
        arg_max(case when load in (select load from raw.load_field where field = 'amount')
            then {'v': amount} end, (load, line)).v as amount,
        arg_max(case when load in (select load from raw.load_field where field = 'paid_at')
            then {'v': paid_at} end, (load, line)).v as paid_at,
        arg_max(case when load in (select load from raw.load_field where field = 'channel')
            then {'v': channel} end, (load, line)).v as channel,
        arg_max(case when load in (select load from raw.load_field where field = 'bank')
            then {'v': bank} end, (load, line)).v as bank,
        arg_max(case when load in (select load from raw.load_field where field = 'status')
            then {'v': status} end, (load, line)).v as status
    from raw.payment
    semi join again using (person)
    where not repeated
    group by receipt, person, scheme, year, back, case when back then paid_at end
)
select * from alone
union all
select * from settled
