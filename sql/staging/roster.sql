-- One row per person on the roster (全民参保登记底册), as it stands now.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing. load and line: where the last one stood.
-- materialize: view
with
again as (
    select distinct person
    from raw.roster
    where shared and not repeated
),
alone as (
    select
        load,
        line,
        person,
        id_born,
        id_sex,
        town,
        village,
        area_code,
        hukou,
        resident,
        student,
        school,
        exempt_reason,
        exempt_from,
        birth_date,
        sex
    from raw.roster
    where not repeated and person not in (select person from again)
),
settled as (
    select
        max(load) as load,
        arg_max(line, (load, line)) as line,
        person,
        arg_max(case when load in (select load from raw.load_field where field = 'id_no')
            then {'v': id_born} end, (load, line)).v as id_born,
        arg_max(case when load in (select load from raw.load_field where field = 'id_no')
            then {'v': id_sex} end, (load, line)).v as id_sex,
        arg_max(case when load in (select load from raw.load_field where field = 'town')
            then {'v': town} end, (load, line)).v as town,
        arg_max(case when load in (select load from raw.load_field where field = 'village')
            then {'v': village} end, (load, line)).v as village,
        arg_max(case when load in (select load from raw.load_field where field = 'area_code')
            then {'v': area_code} end, (load, line)).v as area_code,
        arg_max(case when load in (select load from raw.load_field where field = 'hukou')
            then {'v': hukou} end, (load, line)).v as hukou,
        arg_max(case when load in (select load from raw.load_field where field = 'resident')
            then {'v': resident} end, (load, line)).v as resident,
        arg_max(case when load in (select load from raw.load_field where field = 'student')
            then {'v': student} end, (load, line)).v as student,
        arg_max(case when load in (select load from raw.load_field where field = 'school')
            then {'v': school} end, (load, line)).v as school,
        arg_max(case when load in (select load from raw.load_field where field = 'exempt_reason')
            then {'v': exempt_reason} end, (load, line)).v as exempt_reason,
        arg_max(case when load in (select load from raw.load_field where field = 'exempt_from')
            then {'v': exempt_from} end, (load, line)).v as exempt_from,
        arg_max(case when load in (select load from raw.load_field where field = 'birth_date')
            then {'v': birth_date} end, (load, line)).v as birth_date,
        arg_max(case when load in (select load from raw.load_field where field = 'sex')
            then {'v': sex} end, (load, line)).v as sex
    from raw.roster
    semi join again using (person)
    where not repeated
    group by person
)
select * from alone
union all
select * from settled
