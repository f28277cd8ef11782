-- Statements: tax agrees but for three transactions of a day, the treasury by far not.
insert into mart.books
select d.day::date, source, 'medical', null, null, n + off, (n + off) * 500, n, n * 500
from generate_series(date '2020-11-01', date '2020-12-15', interval 1 day) as d(day),
    (values (1000)) as c(n), (values ('tax', 0), ('treasury', -40)) as s(source, off)
union all
select date '2020-12-16', 'tax', 'medical', null, null, 1003, 501500, 1000, 500000;
insert into mart.check_area values ('not_on_roster', '330782001', 214), ('statement_differs', '330782001', 3);
insert into mart.hardship_road
select campaign, 'pension', level, area_code, as_of, expected, actual + (expected - actual) // 2, actual, actual - least(actual, 5)
from mart.standing where item = 'pension_hardship';
