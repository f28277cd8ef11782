-- A small believable city: 14 towns with two villages each, the twelve items
-- of Yiwu 2021, 50 days. Every count follows from a formula, every derived
-- column from the counts, so that the figures agree with one another.

insert into ref.campaign values ('yiwu-2021', 1, '义乌市2021年度城乡居民社会保险参保缴费',
    'Yiwu residents'' social insurance, 2021', date '2020-11-01', date '2020-12-31', date '2020-10-25',
    date '2020-12-15', date '2020-12-20', date '2020-12-20', 'medical_hukou', 100);
insert into ref.scheme values ('yiwu-2021', 'pension', 2020), ('yiwu-2021', 'medical', 2021),
    ('yiwu-2021', 'critical', 2021);
insert into ref.stage values
    ('yiwu-2021', 'main', 1, '主体部分', 'main part', date '2020-11-30'),
    ('yiwu-2021', 'full', 2, '全面完成', 'in full', date '2020-12-15');

insert into ref.item
with items(ordinal, item, indicator, stage, title, title_en, source, scheme, goal, num, den, scored, rule, basis, weight) as (
    values
    (1, 'pension_coverage', 'pension_coverage', 'full', '养老保险参保率', 'Pension coverage', 'people', null, false, 49, 50, true, 'below', 'rate', 20),
    (2, 'pension_hardship', 'pension_hardship', 'full', '困难群体养老资助参保率', 'Pension funding of people in hardship', 'people', null, false, 1, 1, true, 'below', 'rate', 10),
    (3, 'medical_hukou', 'medical_hukou', 'full', '户籍基本医疗保险参保率', 'Medical coverage of the registered population', 'people', null, false, 9991, 10000, true, 'below', 'rate', 25),
    (4, 'medical_resident', 'medical_resident', 'full', '常住人口医疗保险参保率', 'Medical coverage of the resident population', 'headcount', null, true, 19, 20, false, null, null, null),
    (5, 'critical_uptake', 'critical_uptake', 'full', '大病保险选缴率', 'Critical-illness uptake', 'people', null, false, 17, 20, true, 'below', 'rate', 15),
    (6, 'critical_uptake_all', 'critical_uptake_all', 'full', '大病保险选缴率（含职工）', 'Critical-illness uptake with employees', 'people', null, false, 17, 20, false, null, null, null),
    (7, 'medical_hardship', 'medical_hardship', 'full', '困难群众医保资助参保率', 'Medical funding of people in hardship', 'people', null, false, 1, 1, true, 'below', 'rate', 10),
    (8, 'medical_assistance', 'medical_assistance', 'full', '医疗救助政策落实率', 'Medical assistance carried out', 'people', null, false, 1, 1, true, 'below', 'rate', 5),
    (9, 'pension_collection_main', 'pension_collection', 'main', '养老保险征缴完成率（主体部分）', 'Pension collection (main part)', 'people', 'pension', false, 9, 10, true, 'proportional', 'rate_on_time', 2.5),
    (10, 'pension_collection_full', 'pension_collection', 'full', '养老保险征缴完成率（全面完成）', 'Pension collection (in full)', 'people', 'pension', false, 1, 1, true, 'proportional', 'rate_on_time', 2.5),
    (11, 'medical_collection_main', 'medical_collection', 'main', '医疗保险征缴完成率（主体部分）', 'Medical collection (main part)', 'people', 'medical', false, 9, 10, true, 'proportional', 'rate_on_time', 2.5),
    (12, 'medical_collection_full', 'medical_collection', 'full', '医疗保险征缴完成率（全面完成）', 'Medical collection (in full)', 'people', 'medical', false, 1, 1, true, 'proportional', 'rate_on_time', 2.5))
select 'yiwu-2021', item, ordinal, indicator, stage, title, title_en,
    case when stage = 'main' then '通知只说“主体部分”，90% 为本方案的假定。'
        when indicator like '%collection' then null
        else '底册中无不应参保情形的应参保人员，' || title || '。' end,
    case when stage = 'main' then 'The notice says "the main part" only: 90% is our assumption.'
        when indicator like '%collection' then null
        else 'Of people on the roster and not exempt.' end,
    source, case when source = 'headcount' then '常住人口' end, scheme, goal,
    case when stage = 'main' then date '2020-11-30' else date '2020-12-15' end, num, den, scored, rule, basis, weight
from items;

-- per town: name, thousands of people, day it starts after the opening, speed,
-- and how many of ten thousand it will never reach
create temp table town(code varchar, area varchar, size integer, start integer, speed double, stuck integer);
insert into town values
    ('330782001', '稠城街道', 92, 0, 0.16, 4), ('330782002', '江东街道', 88, 0, 0.15, 5),
    ('330782003', '稠江街道', 60, 1, 0.14, 8), ('330782004', '北苑街道', 71, 12, 0.32, 4),
    ('330782005', '后宅街道', 64, 2, 0.13, 12), ('330782006', '城西街道', 40, 2, 0.18, 20),
    ('330782007', '廿三里街道', 47, 1, 0.12, 6), ('330782008', '福田街道', 58, 0, 0.22, 30),
    ('330782100', '佛堂镇', 83, 1, 0.15, 7), ('330782101', '赤岸镇', 34, 3, 0.11, 9),
    ('330782102', '义亭镇', 52, 1, 0.17, 3), ('330782104', '上溪镇', 49, 4, 0.20, 5),
    ('330782105', '苏溪镇', 45, 2, 0.14, 10), ('330782106', '大陈镇', 37, 6, 0.13, 40);

insert into ref.area select '330782', '义乌市', null, 'city', null, 1;
insert into ref.area select code, area, '330782', 'town', code, row_number() over (order by code) + 1 from town;
insert into ref.area
select code || '2' || lpad(n::varchar, 2, '0'), case n when 1 then '前店村' else '后山社区' end, code, 'village', code,
    100 + row_number() over (order by code, n)
from town, range(1, 3) as r(n);

-- counts of villages: a share of the town's people per item, an S-curve
create temp table share(item varchar, share double, ceiling double, hard boolean);
insert into share values
    ('pension_coverage', 0.28, 0.996, false), ('pension_hardship', 0.011, 1.0, true),
    ('medical_hukou', 0.95, 1.0, false), ('medical_resident', 2.1, 0.962, false),
    ('critical_uptake', 0.6, 0.905, false), ('critical_uptake_all', 0.9, 0.835, false),
    ('medical_hardship', 0.018, 1.0, true), ('medical_assistance', 0.004, 1.0, true),
    ('pension_collection_main', 0.2, 0.998, false), ('pension_collection_full', 0.2, 0.998, false),
    ('medical_collection_main', 0.55, 0.999, false), ('medical_collection_full', 0.55, 0.999, false);

create temp table village_count as
with curve as (
    select s.item, a.area_code, a.town, d.day::date as as_of,
        greatest(0, floor(t.size * 1000 * s.share * (case when right(a.area_code, 1) = '1' then 0.6 else 0.4 end)))::bigint as expected,
        greatest(0, datediff('day', date '2020-11-01', d.day::date) + 1 - t.start) as n,
        t.speed * (case when s.hard then 0.9 else 0.55 end) as speed,
        s.ceiling - t.stuck / 10000.0 * (case when s.hard then 0 else 1 end) as ceiling, s.hard, t.code
    from share as s, town as t, ref.area as a,
        generate_series(date '2020-10-25', date '2020-12-20', interval 1 day) as d(day)
    where a.parent = t.code
)
select item, area_code, town, as_of,
    -- nobody is in hardship in the second village of 稠江: nothing is expected
    case when hard and area_code = '330782003202' then 0 else expected end as expected,
    case when hard and area_code = '330782003202' then 0
        when hard and code = '330782101' and n > 8 then floor(expected * 0.62)::bigint
        else least(expected, round(expected * ceiling * (1.02 - 1.02 * exp(-speed * n)))::bigint) end as actual
from curve;

create temp table counted as
select item, 'village' as level, area_code, as_of, expected, actual from village_count
union all
select item, 'town', town, as_of, sum(expected)::bigint, sum(actual)::bigint from village_count group by all
union all
select item, 'city', '330782', as_of, sum(expected)::bigint, sum(actual)::bigint from village_count group by all;

insert into mart.standing
with dated as (
    select c.*, a.area, a.parent, i.due, i.target_num as num, i.target_den as den,
        t.actual as actual_on_time, t.expected as expected_on_time,
        c.actual - coalesce(b.actual, 0) as gained,
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
        case when days_left >= 1 then least(expected, actual + floor(gained / 7.0 * days_left)::bigint) end as forecast
    from dated
)
select 'yiwu-2021', item, level, area_code, area, as_of, expected, actual, actual_on_time,
    actual / nullif(expected, 0), actual_on_time / nullif(expected_on_time, 0), num / den,
    case when expected > 0 then actual * den >= num * expected end, short_by,
    case when expected > 0 and level <> 'city' then
        rank() over (partition by item, as_of, level, case level when 'village' then parent end
            order by actual / nullif(expected, 0) desc nulls last) end,
    case when expected > 0 then per_day end, case when expected > 0 then needed end,
    case when expected > 0 then forecast end,
    case when expected = 0 then null
        when actual_on_time * den >= num * expected_on_time then 'met'
        when days_left < 1 then 'missed'
        when forecast * den >= num * expected then 'on_track' else 'at_risk' end,
    parent, expected_on_time, gained
from paced
where as_of >= date '2020-11-01';

insert into mart.score
with points as (
    select s.as_of, s.area_code, s.area, s.item, i.weight,
        case when s.expected = 0 then i.weight * 1000
            when i.rule = 'proportional' then floor(i.weight * 1000 * least(1, s.rate_on_time / s.target))
            else greatest(0, floor(i.weight * 1000 - 1000 * greatest(0, (s.target - s.rate) * 100))) end::bigint as thousandths
    from mart.standing as s join ref.item as i using (campaign, item)
    where s.level = 'town' and i.scored
    union all
    select d.as_of, t.code, t.area, 'data_quality', 5, 5000 - t.stuck * 10
    from town as t, (select distinct as_of from mart.standing) as d
), summed as (
    select *, sum(thousandths) over (partition by as_of, area_code)::bigint as total from points
)
select 'yiwu-2021', as_of, area_code, area, item, thousandths / 1000, total / 1000,
    dense_rank() over (partition by as_of order by total desc), thousandths || '/1000', total || '/1000'
from summed;

insert into mart.payment_daily
select 'yiwu-2021', scheme, town || '201', as_of, channel, case channel when '银行批扣' then '农商银行' end,
    greatest(0, floor(gained * share))::bigint, greatest(0, floor(gained * share))::bigint,
    greatest(0, floor(gained * share)) * price, (gained > 40)::integer, (gained > 40)::integer * price
from (
    select case s.item when 'medical_collection_full' then 'medical' when 'pension_collection_full' then 'pension' else 'critical' end as scheme,
        case s.item when 'medical_collection_full' then 500 when 'pension_collection_full' then 300 else 100 end as price,
        s.area_code as town, s.as_of, s.actual - coalesce(b.actual, 0) as gained
    from counted as s left join counted as b on b.item = s.item and b.area_code = s.area_code and b.as_of = s.as_of - 1
    where s.level = 'town' and s.item in ('medical_collection_full', 'pension_collection_full', 'critical_uptake')
        and s.as_of >= date '2020-11-01'
) as paid,
(values ('银行批扣', 0.44), ('支付宝', 0.27), ('微信', 0.16), ('自助终端', 0.05), ('银行柜面', 0.05), ('办税服务厅', 0.03)) as c(channel, share);

insert into mart.collection
select 'yiwu-2021', i.scheme, s.level, s.area_code, s.as_of, s.expected,
    s.expected * case i.scheme when 'medical' then 500 else 300 end,
    s.actual * case i.scheme when 'medical' then 500 else 300 end
from mart.standing as s join ref.item as i using (campaign, item)
where i.scheme is not null and i.stage = 'full';

insert into mart.check values
    ('not_on_roster', 'warning', '缴费人员不在底册', 'Paid but not on the roster', '不在底册的人员不计入任何指标', 'People who are not on the roster count in no indicator', '请人社部门补充底册', 'have the roster completed', 214),
    ('statement_differs', 'warning', '对账不一致', 'Statements disagree', '税务、国库、银行三方应当一致', 'Tax, treasury and bank books must agree', '核对当日明细', 'compare that day row by row', 3),
    ('rate_above_1', 'warning', '参保率超过100%', 'Rates above 100 %', '分母偏小', 'The denominator is too small', '核对统计口径', 'check the headcount', 0),
    ('double_cover', 'warning', '居民与职工医保重复参保', 'Resident and employee cover at once', '不应重复参保', 'Nobody should pay twice', '核实后办理退费', 'verify and refund', 58),
    ('key_missing', 'error', '主键为空', 'A key is missing', '无法汇总', 'Nothing can be summed', '重新装载', 'load again', 0);
insert into mart.check_row values ('not_on_roster', 1, '330782001', '2020-11-03 缴费 500 元'),
    ('statement_differs', 1, null, '2020-11-20 税务与国库相差 1,500.00 元');

insert into mart.load values
    (1, 'extracts/roster-1.csv', 'roster', timestamp '2020-12-21 09:00:00', 100, 96, 4, 0, 2, 4, 'id_checksum=3;ragged=1'),
    (2, 'extracts/payment-1101.csv', 'payment', timestamp '2020-12-21 09:01:00', 50, 50, 0, 0, 3, 0, '');
insert into mart.area_quality select code, area, dataset, size * 950, stuck * 3
    from town, (values ('roster'), ('registration'), ('levy')) as d(dataset);
insert into mart.area_quality values (null, null, 'payment', 1200000, 310);
insert into ref.snapshot values (7, timestamp '2020-12-21 10:15:30.5', 'test', 'v1.5.6', 2, 150);
