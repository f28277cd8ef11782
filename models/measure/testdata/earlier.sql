-- The campaign of the year before, which assessed one of the items.
insert into ref.campaign values ('yiwu-2020', 2, '义乌市2020年度', null, date '2019-11-01', date '2019-12-31', date '2019-10-25',
    date '2019-12-15', date '2019-12-15', date '2019-12-15', null, null);
insert into ref.item
select 'yiwu-2020', 'hukou_then', 1, indicator, stage, title, title_en, note, note_en, source, measure, scheme, goal,
    date '2019-12-15', target_num, target_den, false, null, null, null
from ref.item where item = 'medical_hukou';
insert into mart.standing (campaign, item, level, area_code, area, as_of, expected, actual)
select 'yiwu-2020', 'hukou_then', 'city', '330782', '义乌市', date '2019-11-01' + n::integer, 1000, 100 + 100 * n
from range(0, 3) as r(n);
