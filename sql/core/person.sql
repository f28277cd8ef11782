-- One row per person on the roster, with the area it belongs to: a known area code alone,
-- else town and village by name (contract, section 3, "Attribution"). placed tells how
-- far down the area could be told. Age is left to the campaign. person_no numbers people
-- within one build only: who came in one file stands together, and no two rows of the
-- roster have one number, so that nobody has to count people one after the other.
-- check: unique person
-- check: not null area_no
with
roster as (
    select * from staging.roster
),
by_code as (
    select l.label, l.area_code, a.level
    from raw.area_label as l
    join raw.area as a on a.area_code = l.area_code
    where l.kind = 'code'
),
towns as (
    select label, area_code from raw.area_label where kind = 'town'
),
villages as (
    select town, label, area_code from raw.area_label where kind = 'village'
),
attributed as (
    select
        roster.*,
        coalesce(
            case when by_code.level <> 'city' then by_code.area_code end,
            villages.area_code,
            towns.area_code,
            by_code.area_code
        ) as belongs
    from roster
    left join by_code on by_code.label = roster.area_code
    left join towns on towns.label = roster.town
    left join villages on villages.town = towns.area_code and villages.label = roster.village
),
-- Who was placed by a name that areas.csv no longer has stands at city level.
city as (
    select min(ordinal) as area_no from ref.area where parent is null
),
file as (
    select
        load,
        coalesce(sum(max(line)) over (order by load rows between unbounded preceding and 1 preceding), 0) as before
    from raw.roster
    group by load
)
select
    cast(file.before + p.line as integer) as person_no,
    p.person,
    coalesce(area.ordinal, city.area_no) as area_no,
    coalesce(area.level, 'city') as placed,
    coalesce(p.hukou, false) as hukou,
    coalesce(p.resident, false) as resident,
    coalesce(p.student, false) as student,
    p.school,
    p.exempt_reason is not null as exempted,
    p.exempt_from,
    coalesce(p.id_born, p.birth_date) as born,
    coalesce(p.id_sex, p.sex) as sex
from attributed as p
join file on file.load = p.load
cross join city
left join ref.area as area on area.area_code = p.belongs
