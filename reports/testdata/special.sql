-- A tiny city that holds what is rare: a target missed by one person, a rate
-- above 100 %, items at which nobody is expected, towns that are equal, a due
-- day in the year before, a first bulletin, a town without villages, a name of
-- six characters, a day without payments, days after all data.
--
-- Counts are straight lines between a few days; every derived column follows
-- from them.

insert into ref.campaign values ('xikou-2021', 1, '溪口市2021年度城乡居民社会保险参保缴费',
    'Xikou residents'' social insurance, 2021', date '2020-11-01', date '2020-12-31', date '2020-11-01',
    date '2021-01-15', date '2021-01-25', date '2021-01-16', 'medical_hukou', 100);
insert into ref.scheme values ('xikou-2021', 'pension', 2020), ('xikou-2021', 'medical', 2021);

insert into ref.item
select 'xikou-2021', item, ordinal, indicator, stage, title, title_en, note, note_en, source, null, scheme, goal, due,
    num, den, scored, case when scored then 'below' end, case when scored then 'rate' end, weight
from (values
    (1, 'pension_coverage', 'pension_coverage', 'full', '养老保险参保率', 'Pension coverage', null, null, 'people', null, false, date '2021-01-15', 49, 50, true, 30.0),
    (2, 'pension_hardship', 'pension_hardship', 'full', '困难群体养老资助参保率', 'Pension funding of people in hardship', null, null, 'people', null, false, date '2021-01-15', 1, 1, true, 10.0),
    (3, 'medical_hukou', 'medical_hukou', 'full', '户籍基本医疗保险参保率', 'Medical coverage of the registered population', null, null, 'people', null, false, date '2021-01-15', 9991, 10000, true, 40.0),
    (4, 'medical_resident', 'medical_resident', 'full', '常住人口医疗保险参保率', 'Medical coverage of the resident population', null, null, 'headcount', null, true, date '2021-01-15', 19, 20, false, null),
    (5, 'medical_assistance', 'medical_assistance', 'full', '医疗救助政策落实率', 'Medical assistance carried out', null, null, 'people', null, false, date '2021-01-15', 1, 1, true, 5.0),
    (6, 'medical_collection_main', 'medical_collection', 'main', '医疗保险征缴完成率（主体部分）', 'Medical collection (main part)', '90% 为本方案的假定。', '90% is our assumption.', 'people', 'medical', false, date '2020-11-30', 9, 10, true, 5.0),
    (7, 'medical_collection_full', 'medical_collection', 'full', '医疗保险征缴完成率（全面完成）', 'Medical collection (in full)', null, null, 'people', 'medical', false, date '2021-01-15', 1, 1, true, 5.0)
) as v(ordinal, item, indicator, stage, title, title_en, note, note_en, source, scheme, goal, due, num, den, scored, weight);

insert into ref.area values
    ('331199', '溪口市', null, 'city', null, 1),
    ('331199001', '溪口街道', '331199', 'town', '331199001', 2),
    ('331199002', '石塘街道', '331199', 'town', '331199002', 3),
    ('331199100', '乌饭树畲族乡', '331199', 'town', '331199100', 4),
    ('331199101', '高新技术园区', '331199', 'town', '331199101', 5),
    ('331199102', '白岩镇', '331199', 'town', '331199102', 6),
    ('331199103', '黄坛镇', '331199', 'town', '331199103', 7);
insert into ref.area
select town || lpad(n::varchar, 3, '0'), name, town, 'village', town, 100 + n
from (values ('331199001', 1, '前街社区'), ('331199001', 2, '大溪社区'), ('331199001', 3, '东山村'),
    ('331199002', 4, '石塘村'), ('331199002', 5, '下山头安置小区'), ('331199100', 6, '乌饭树村'), ('331199100', 7, '岭脚村'),
    ('331199102', 8, '白岩村'), ('331199103', 9, '黄坛村')) as v(town, n, name);

-- Where people are counted: villages, and the town that has none. Of each item:
-- expected, those counted on the first day, on 30 November, on 10 December, on
-- 5 January and on the last due day.
create temp table course(item varchar, area_code varchar, expected bigint, a bigint, b bigint, c bigint, d bigint, e bigint);
insert into course values
    -- one person is missing of 20,001 in the end: 100.00 would be a lie
    ('medical_hukou', '331199001001', 20001, 6000, 17000, 19200, 20000, 20000),
    ('medical_hukou', '331199001002', 8000, 100, 6900, 7600, 7995, 7999),
    ('medical_hukou', '331199001003', 2000, 0, 900, 1200, 1500, 1700),
    -- two towns that are equal in everything
    ('medical_hukou', '331199002004', 6000, 1000, 5000, 5600, 5990, 6000),
    ('medical_hukou', '331199002005', 4000, 800, 3300, 3700, 3996, 4000),
    ('medical_hukou', '331199100006', 6000, 1000, 5000, 5600, 5990, 6000),
    ('medical_hukou', '331199100007', 4000, 800, 3300, 3700, 3996, 4000),
    ('medical_hukou', '331199101', 3000, 0, 1000, 2960, 2990, 2997),
    ('medical_hukou', '331199102008', 5000, 500, 4700, 4975, 4976, 4976),
    ('medical_hukou', '331199103009', 2500, 600, 1500, 1900, 1890, 1890),
    ('pension_coverage', '331199001001', 6000, 1200, 5200, 5800, 5900, 5960),
    ('pension_coverage', '331199001002', 2000, 300, 1500, 1800, 1970, 1980),
    ('pension_coverage', '331199001003', 600, 0, 200, 300, 400, 500),
    ('pension_coverage', '331199002004', 2000, 300, 1700, 1900, 1970, 1980),
    ('pension_coverage', '331199002005', 1000, 100, 800, 930, 975, 985),
    ('pension_coverage', '331199100006', 2000, 300, 1700, 1900, 1970, 1980),
    ('pension_coverage', '331199100007', 1000, 100, 800, 930, 975, 985),
    ('pension_coverage', '331199101', 900, 0, 300, 860, 885, 890),
    ('pension_coverage', '331199102008', 1500, 200, 1200, 1400, 1472, 1480),
    ('pension_coverage', '331199103009', 800, 100, 500, 640, 700, 700),
    ('pension_hardship', '331199001001', 120, 0, 90, 110, 120, 120),
    ('pension_hardship', '331199001002', 40, 0, 30, 36, 40, 40),
    ('pension_hardship', '331199002004', 30, 0, 20, 30, 30, 30),
    ('pension_hardship', '331199100006', 30, 0, 20, 30, 30, 30),
    ('pension_hardship', '331199101', 0, 0, 0, 0, 0, 0),
    ('pension_hardship', '331199102008', 25, 0, 20, 24, 24, 24),
    ('pension_hardship', '331199103009', 15, 0, 5, 8, 13, 15),
    -- the counted residents are fewer than those who are insured
    ('medical_resident', '331199001001', 24000, 7000, 20000, 23000, 23500, 23600),
    ('medical_resident', '331199001002', 9000, 2000, 8000, 8600, 8900, 8950),
    ('medical_resident', '331199002004', 12000, 2000, 10000, 11300, 11500, 11600),
    ('medical_resident', '331199100006', 9000, 1500, 8000, 8600, 8700, 8800),
    ('medical_resident', '331199101', 2900, 100, 2000, 2930, 2950, 2960),
    ('medical_resident', '331199102008', 5000, 900, 4500, 4800, 4900, 4950),
    ('medical_resident', '331199103009', 2600, 300, 1500, 1900, 2000, 2000),
    ('medical_assistance', '331199001001', 0, 0, 0, 0, 0, 0),
    ('medical_assistance', '331199101', 0, 0, 0, 0, 0, 0);
insert into course
select 'medical_collection_' || stage, area_code, (expected + 1) // 2, a // 2, b // 2, c // 2, d // 2, e // 2
from course, (values ('main'), ('full')) as s(stage)
where item = 'medical_hukou';

create temp table leaf as
with days as (
    select day::date as as_of from generate_series(date '2020-10-25', date '2021-01-25', interval 1 day) as d(day)
)
select k.item, k.area_code, r.parent, r.level, d.as_of,
    k.expected,
    case when d.as_of < date '2020-11-01' then 0
        when d.as_of <= date '2020-11-30' then a + (b - a) * datediff('day', date '2020-11-01', d.as_of) // 29
        when d.as_of <= date '2020-12-10' then b + (c - b) * datediff('day', date '2020-11-30', d.as_of) // 10
        when d.as_of <= date '2021-01-05' then c + (k.d - c) * datediff('day', date '2020-12-10', d.as_of) // 26
        when d.as_of <= date '2021-01-15' then k.d + (e - k.d) * datediff('day', date '2021-01-05', d.as_of) // 10
        else e end as actual
from course as k join ref.area as r using (area_code), days as d;

create temp table counted as
select item, 'village' as level, area_code, as_of, expected, actual from leaf where level = 'village'
union all
select item, 'town', case level when 'town' then area_code else parent end, as_of, sum(expected)::bigint, sum(actual)::bigint
from leaf group by 1, 2, 3, 4
union all
select item, 'city', '331199', as_of, sum(expected)::bigint, sum(actual)::bigint from leaf group by all;

-- Every area stands at every item, with nobody where nobody is expected.
insert into counted
select i.item, r.level, r.area_code, d.as_of, 0, 0
from ref.item as i, ref.area as r, (select distinct as_of from leaf) as d
where not exists (select 1 from counted as c where c.item = i.item and c.area_code = r.area_code);

insert into mart.standing
with dated as (
    select c.*, a.area, a.parent, i.target_num as num, i.target_den as den, t.actual as actual_on_time,
        t.expected as expected_on_time, c.actual - coalesce(b.actual, 0) as gained,
        greatest(0, (c.expected * i.target_num + i.target_den - 1) // i.target_den - c.actual) as short_by,
        datediff('day', c.as_of, i.due) as days_left
    from counted as c
    join ref.area as a using (area_code)
    join ref.item as i using (item)
    join counted as t on t.item = c.item and t.area_code = c.area_code and t.as_of = least(c.as_of, i.due)
    left join counted as b on b.item = c.item and b.area_code = c.area_code and b.as_of = c.as_of - 7
), paced as (
    select *, gained / 7.0 as per_day,
        case when days_left >= 1 then (short_by + days_left - 1) // days_left end as needed,
        case when days_left >= 1 then least(greatest(expected, actual), actual + floor(gained / 7.0 * days_left)::bigint) end as forecast
    from dated
)
select 'xikou-2021', item, level, area_code, area, as_of, expected, actual, actual_on_time,
    actual / nullif(expected, 0), actual_on_time / nullif(expected_on_time, 0), num / den,
    case when expected > 0 then actual * den >= num * expected end, short_by,
    case when expected > 0 and level <> 'city' then
        rank() over (partition by item, as_of, level, case level when 'village' then parent end
            order by actual / nullif(expected, 0) desc nulls last) end,
    case when expected > 0 then per_day end, case when expected > 0 then needed end,
    case when expected > 0 and days_left >= 1 then least(expected, forecast) end,
    case when expected = 0 then null
        when actual_on_time * den >= num * expected_on_time then 'met'
        when days_left < 1 then 'missed'
        when least(expected, forecast) * den >= num * expected then 'on_track' else 'at_risk' end,
    parent, expected_on_time, gained
from paced
where as_of >= date '2020-11-01';

insert into mart.score
with points as (
    select s.as_of, s.area_code, s.area, s.item,
        case when s.expected = 0 then i.weight::integer * 100
            else greatest(0, i.weight::integer * 100
                - 100 * ((greatest(0, i.target_num * s.expected - s.actual * i.target_den) * 100 + i.target_den * s.expected - 1)
                    // (i.target_den * s.expected))) end::bigint as hundredths
    from mart.standing as s join ref.item as i using (campaign, item)
    where s.level = 'town' and i.scored
    union all
    select d.as_of, area_code, area, 'data_quality', 500
    from ref.area, (select distinct as_of from mart.standing) as d
    where level = 'town'
), summed as (
    select *, sum(hundredths) over (partition by as_of, area_code)::bigint as total from points
)
select 'xikou-2021', as_of, area_code, area, item, hundredths / 100, total / 100,
    rank() over (partition by as_of, item order by total desc), hundredths || '/100', total || '/100'
from summed;

-- Nobody paid on 8 and 9 November and on 20 December.
insert into mart.payment_daily
select 'xikou-2021', 'medical', area_code, as_of, '银行批扣', '农商银行', n, n, n * 500, 0, 0
from (
    select l.area_code, l.as_of, greatest(1, l.actual - coalesce(b.actual, 0)) as n
    from leaf as l left join leaf as b on b.item = l.item and b.area_code = l.area_code and b.as_of = l.as_of - 1
    where l.item = 'medical_collection_full' and l.as_of between date '2020-11-01' and date '2021-01-16'
)
where as_of not in (date '2020-11-08', date '2020-11-09', date '2020-12-20');

insert into mart.hardship_road
select campaign, 'pension', level, area_code, as_of, expected, actual + (expected - actual) // 2, actual,
    case when as_of >= date '2020-12-01' then actual - least(actual, 11) end
from mart.standing where item = 'pension_hardship';

insert into mart.books
select as_of, source, 'medical', null, null, n + more, (n + more) * 500 + fen, n, n * 500
from (select paid_on as as_of, sum(payments)::bigint as n from mart.payment_daily group by 1),
    (values ('tax', 0), ('treasury', 0), ('bank', 0)) as s(source, z),
    lateral (select case when source = 'treasury' and as_of = date '2020-11-12' then -12
        when source = 'treasury' and as_of = date '2020-12-30' then 30 else 0 end as more,
        case when source = 'bank' and as_of = date '2020-11-20' then 0.50 else 0 end as fen) as d;

insert into mart.check values
    ('not_on_roster', 'warning', '不在底册的人员', 'people not on the roster', '他们的参保、缴费和资助不计入任何指标', 'their registrations, payments and grants count in no indicator', '请核对底册是否漏人', 'see whether the roster lacks them', 37),
    ('placed_above_village', 'warning', '只能归到镇街的人员', 'people placed above the village', '没有村社、村社不认识或同镇重名', 'without a village, an unknown one or one that two villages share', '请补齐村社', 'add the village', 4),
    ('village_without_row', 'warning', '底册里没有人的村社', 'villages with no row', '漏报的村社不在分母里', 'a village left out is missing from the denominator', '请补报', 'have it reported', 1),
    ('double_cover', 'warning', '居民与职工医保重复参保', 'residents and employee medical insurance at once', null, null, null, null, 0);
insert into mart.check_area values ('not_on_roster', '331199001', 30), ('not_on_roster', '331199103009', 7), ('placed_above_village', '331199101', 4);

insert into mart.load values
    (1, 'roster.csv', 'roster', timestamp '2021-01-17 09:00:00', 100, 96, 4, 0, 2, 4, 'id_checksum=4'),
    (2, 'payment.csv', 'payment', timestamp '2021-01-17 09:01:00', 50, 50, 0, 0, 3, 0, ''),
    (3, 'statement.csv', 'statement', timestamp '2021-01-17 09:02:00', 50, 50, 0, 0, 3, 0, ''),
    (4, 'subsidy.csv', 'subsidy', timestamp '2021-01-17 09:03:00', 50, 50, 0, 0, 3, 0, ''),
    (5, 'registration.csv', 'registration', timestamp '2021-01-17 09:04:00', 50, 50, 0, 0, 3, 0, '');
insert into mart.area_quality values ('331199001', '溪口街道', 'roster', 31000, 12), ('331199103', '黄坛镇', 'roster', 3000, 0),
    ('331199001', '溪口街道', 'registration', 31000, 3), (null, null, 'payment', 50000, 310);
insert into ref.snapshot values (9, timestamp '2021-01-17 10:15:30', 'test', 'v1.5.6', 5, 350);
