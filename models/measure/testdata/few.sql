-- One town misses three people in hardship.
update mart.standing set actual = expected - 3
where item = 'medical_hardship' and area_code = '330782106' and as_of = date '2020-12-10';
