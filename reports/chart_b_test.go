package reports

import (
	"testing"

	"canbao/models/measure"
)

// manyVillages gives each of the 14 towns 50 villages on a day: what a town
// misses is spread unevenly over them, the third has most.
const manyVillages = `
	delete from mart.standing where level = 'village' and as_of = date '2020-12-10';
	delete from ref.area where level = 'village';
	insert into ref.area
	select t.area_code || '2' || lpad(n::varchar, 2, '0'), '第' || n || '村', t.area_code, 'village', t.area_code, 1000 + row_number() over (order by t.area_code, n)
	from ref.area as t, range(1, 51) as r(n) where t.level = 'town';
	insert into mart.standing (campaign, item, level, area_code, area, as_of, expected, actual, actual_on_time, rate, rate_on_time, target, met, short_by,
		rank, status, parent, expected_on_time, gained)
	with split as (
		select s.campaign, s.item, a.area_code, a.area, s.area_code as parent, s.as_of, s.target, i.target_num as num, i.target_den as den, s.status as town_status,
			s.expected * (40 + n) // 3275 as expected, (s.expected - s.actual) * ((n * 7919 + s.area_code::bigint) % 101) * (case n when 3 then 6 else 1 end) // 2700 as missing, n
		from (select *, right(area_code, 2)::integer as n from ref.area where level = 'village') as a
		join mart.standing as s on s.area_code = a.parent and s.as_of = date '2020-12-10'
		join ref.item as i using (item)
	), counted as (
		select *, greatest(0, expected - missing) as actual from split
	), short as (
		select *, greatest(0, (expected * num + den - 1) // den - actual) as short_by from counted
	)
	select campaign, item, 'village', area_code, area, as_of, expected, actual, actual, actual / nullif(expected, 0), actual / nullif(expected, 0), target,
		case when expected > 0 then short_by = 0 end, short_by,
		case when expected > 0 then rank() over (partition by item, parent order by actual / nullif(expected, 0) desc nulls last) end,
		case when expected = 0 then null when short_by = 0 then 'met' when short_by < 4 then 'on_track' else 'at_risk' end, parent, expected, 0
	from short`

// failedDeductions are seven banks whose deductions fail, one of them mostly.
const failedDeductions = `
	delete from mart.payment_daily where channel = '银行批扣';
	insert into mart.payment_daily
	select 'yiwu-2021', 'medical', '330782001201', d.day::date, '银行批扣', bank, 900 - 40 * n, 900, 450000, 0, 0
	from generate_series(date '2020-11-05', date '2020-12-15', interval 7 day) as d(day),
		(values (1, '义乌农商银行'), (2, '浙江稠州商业银行'), (3, '中国农业银行'), (4, '中国工商银行'), (5, '中国建设银行'), (6, '中国银行'), (7, '邮储银行')) as b(n, bank)
	where not (n = 7 and day < date '2020-11-20');
	insert into mart.payment_failed
	select 'yiwu-2021', 'medical', '330782001201', d.day::date, '银行批扣', bank, 12 * n + case when n = 3 and day = date '2020-11-19' then 700 else 0 end, 10, 5000
	from generate_series(date '2020-11-05', date '2020-12-15', interval 7 day) as d(day),
		(values (1, '义乌农商银行'), (2, '浙江稠州商业银行'), (3, '中国农业银行'), (4, '中国工商银行'), (5, '中国建设银行'), (6, '中国银行'), (7, '邮储银行')) as b(n, bank)
	where not (n = 7 and day < date '2020-11-20')`

func chartCity(t testing.TB, day string, edition measure.Edition, more ...string) *measure.Bulletin {
	t.Helper()
	return figures(t, open(t, []string{"city.sql", "books.sql"}, more...), measure.Ask{AsOf: dayOf(day), Edition: edition})
}

var dayOf = day
