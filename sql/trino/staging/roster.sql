-- One row per person on the roster (全民参保登记底册), as it stands now.
-- Of rows that share their key the last one wins, column by column: a column its file
-- did not have leaves the earlier value standing. load and line: where the last one stood.
-- bucketed: person
with
again as (
    select distinct person
    from raw.roster
    where shared and not repeated
),
brings as (
    select
        load,
        coalesce(bool_or(field = 'id_no'), false) as has_id_no,
        coalesce(bool_or(field = 'town'), false) as has_town,
        coalesce(bool_or(field = 'village'), false) as has_village,
        coalesce(bool_or(field = 'area_code'), false) as has_area_code,
        coalesce(bool_or(field = 'hukou'), false) as has_hukou,
        coalesce(bool_or(field = 'resident'), false) as has_resident,
        coalesce(bool_or(field = 'student'), false) as has_student,
        coalesce(bool_or(field = 'school'), false) as has_school,
        coalesce(bool_or(field = 'exempt_reason'), false) as has_exempt_reason,
        coalesce(bool_or(field = 'exempt_from'), false) as has_exempt_from,
        coalesce(bool_or(field = 'birth_date'), false) as has_birth_date,
        coalesce(bool_or(field = 'sex'), false) as has_sex
    from raw.load_field
    group by load
),
alone as (
    select
        r.load,
        r.line,
        r.person,
        r.id_born,
        r.id_sex,
        r.town,
        r.village,
        r.area_code,
        r.hukou,
        r.resident,
        r.student,
        r.school,
        r.exempt_reason,
        r.exempt_from,
        r.birth_date,
        r.sex
    from raw.roster as r
    where not r.repeated
      and not exists (select 1 from again as a where a.person = r.person)
),
settled as (
    select
        max(r.load) as load,
        max_by(r.line, row(r.load, r.line)) as line,
        r.person,
        max_by(r.id_born, row(r.load, r.line)) filter (where b.has_id_no) as id_born,
        max_by(r.id_sex, row(r.load, r.line)) filter (where b.has_id_no) as id_sex,
        max_by(r.town, row(r.load, r.line)) filter (where b.has_town) as town,
        max_by(r.village, row(r.load, r.line)) filter (where b.has_village) as village,
        max_by(r.area_code, row(r.load, r.line)) filter (where b.has_area_code) as area_code,
        max_by(r.hukou, row(r.load, r.line)) filter (where b.has_hukou) as hukou,
        max_by(r.resident, row(r.load, r.line)) filter (where b.has_resident) as resident,
        max_by(r.student, row(r.load, r.line)) filter (where b.has_student) as student,
        max_by(r.school, row(r.load, r.line)) filter (where b.has_school) as school,
        max_by(r.exempt_reason, row(r.load, r.line)) filter (where b.has_exempt_reason) as exempt_reason,
        max_by(r.exempt_from, row(r.load, r.line)) filter (where b.has_exempt_from) as exempt_from,
        max_by(r.birth_date, row(r.load, r.line)) filter (where b.has_birth_date) as birth_date,
        max_by(r.sex, row(r.load, r.line)) filter (where b.has_sex) as sex
    from raw.roster as r
    join again as a on a.person = r.person
    left join brings as b on b.load = r.load
    where not r.repeated
    group by r.person
)
select * from alone
union all
select * from settled
