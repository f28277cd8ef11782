-- One row per person, item and day on which somebody went (走访反馈), as it stands now;
-- proof null: none was shown. Rows on which nothing was written yet are left out.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing.
-- materialize: view
with
again as (
    select distinct person
    from raw.visit
    where shared and not repeated
),
alone as (
    select
        person,
        item,
        visited_on,
        answer,
        proof
    from raw.visit
    where not repeated and person not in (select person from again)
),
settled as (
    select
        person,
        item,
        visited_on,
        arg_max(case when load in (select load from raw.load_field where field = 'answer')
            then {'v': answer} end, (load, line)).v as answer,
        arg_max(case when load in (select load from raw.load_field where field = 'proof')
            then {'v': proof} end, (load, line)).v as proof
    from raw.visit
    semi join again using (person)
    where not repeated
    group by person, item, visited_on
),
whole as (
    select * from alone
    union all
    select * from settled
)
select * from whole
where answer is not null and visited_on is not null
