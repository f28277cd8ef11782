-- One row per day, source, scheme, channel and bank (对账单), as it stands now; amount
-- in fen.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing.
-- materialize: view
with
again as (
    select distinct date
    from raw.statement
    where shared and not repeated
),
alone as (
    select
        date,
        source,
        scheme,
        channel,
        bank,
        count,
        amount
    from raw.statement
    anti join again using (date)
    where not repeated
),
settled as (
    select
        date,
        source,
        scheme,
        channel,
        bank,
        arg_max(case when load in (select load from raw.load_field where field = 'count')
            then {'v': count} end, (load, line)).v as count,
        arg_max(case when load in (select load from raw.load_field where field = 'amount')
            then {'v': amount} end, (load, line)).v as amount
    from raw.statement
    semi join again using (date)
    where not repeated
    group by date, source, scheme, channel, bank
)
select * from alone
union all
select * from settled
