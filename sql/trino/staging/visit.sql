-- One row per person, item and day on which somebody went (走访反馈), as it stands now;
-- proof null: none was shown. Rows on which nothing was written yet are left out.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing.
-- bucketed: person
with
again as (
    select distinct person
    from raw.visit
    where shared and not repeated
),
brings as (
    select
        load,
        coalesce(bool_or(field = 'answer'), false) as has_answer,
        coalesce(bool_or(field = 'proof'), false) as has_proof
    from raw.load_field
    group by load
),
alone as (
    select
        r.person,
        r.item,
        r.visited_on,
        r.answer,
        r.proof
    from raw.visit as r
    where not r.repeated
      and not exists (select 1 from again as a where a.person = r.person)
),
settled as (
    select
        r.person,
        r.item,
        r.visited_on,
        max_by(r.answer, row(r.load, r.line)) filter (where b.has_answer) as answer,
        max_by(r.proof, row(r.load, r.line)) filter (where b.has_proof) as proof
    from raw.visit as r
    join again as a on a.person = r.person
    left join brings as b on b.load = r.load
    where not r.repeated
    group by r.person, r.item, r.visited_on
),
whole as (
    select * from alone
    union all
    select * from settled
)
select * from whole
where answer is not null and visited_on is not null
