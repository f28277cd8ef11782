-- One row per person, scheme and benefit year (应征), as it stands now; amount in fen.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing.
-- bucketed: person
with
again as (
    select distinct person
    from raw.levy
    where shared and not repeated
),
brings as (
    select
        load,
        coalesce(bool_or(field = 'amount'), false) as has_amount
    from raw.load_field
    group by load
),
alone as (
    select
        r.person,
        r.scheme,
        r.year,
        r.amount
    from raw.levy as r
    where not r.repeated
      and not exists (select 1 from again as a where a.person = r.person)
),
settled as (
    select
        r.person,
        r.scheme,
        r.year,
        max_by(r.amount, row(r.load, r.line)) filter (where b.has_amount) as amount
    from raw.levy as r
    join again as a on a.person = r.person
    left join brings as b on b.load = r.load
    where not r.repeated
    group by r.person, r.scheme, r.year
)
select * from alone
union all
select * from settled
