-- The published tables as the models make them, empty. The tests of this
-- package and of reports fill them.
create schema ref;
create schema mart;
create table ref.campaign(campaign varchar, ordinal integer, title varchar, title_en varchar, opening date,
    age_on date, first_day date, last_due date, last_day date, latest date, tie_break varchar, max_points double);
create table ref.scheme(campaign varchar, scheme varchar, year smallint);
create table ref.stage(campaign varchar, stage varchar, ordinal integer, title varchar, title_en varchar, due date);
create table ref.item(campaign varchar, item varchar, ordinal integer, indicator varchar, stage varchar,
    title varchar, title_en varchar, note varchar, note_en varchar, source varchar, measure varchar, scheme varchar,
    goal boolean, due date, target_num bigint, target_den bigint, scored boolean, rule varchar, basis varchar,
    weight double);
create table ref.area(area_code varchar, area varchar, parent varchar, level varchar, town varchar, ordinal integer);
create table ref.snapshot(snapshot integer, built_at timestamp, program varchar, duckdb varchar, files integer,
    rows bigint);
create table mart.standing(campaign varchar, item varchar, level varchar, area_code varchar, area varchar,
    as_of date, expected bigint, actual bigint, actual_on_time bigint, rate double, rate_on_time double,
    target double, met boolean, short_by bigint, rank integer, per_day double, needed_per_day bigint,
    forecast bigint, status varchar, parent varchar, expected_on_time bigint, gained bigint);
create table mart.score(campaign varchar, as_of date, area_code varchar, area varchar, item varchar, points double,
    score double, rank integer, points_exact varchar, score_exact varchar);
create table mart.payment_daily(campaign varchar, scheme varchar, area_code varchar, paid_on date, channel varchar,
    bank varchar, payments bigint, people bigint, amount decimal(18,2), refunds bigint, refund_amount decimal(18,2));
create table mart.collection(campaign varchar, scheme varchar, level varchar, area_code varchar, as_of date,
    people_due bigint, amount_due decimal(18,2), amount_received decimal(18,2));
create table mart.check(check_id varchar, severity varchar, title varchar, title_en varchar, why varchar,
    why_en varchar, advice varchar, advice_en varchar, rows bigint);
create table mart.check_area(check_id varchar, area_code varchar, rows bigint);
create table mart.payment_failed(campaign varchar, scheme varchar, area_code varchar, tried_on date, channel varchar,
    bank varchar, failures bigint, people bigint, amount decimal(18,2));
create table mart.hardship_road(campaign varchar, scheme varchar, level varchar, area_code varchar, as_of date,
    certified bigint, registered bigint, funded bigint, recorded bigint);
create table mart.books(date date, source varchar, scheme varchar, channel varchar, bank varchar, stated_count bigint,
    stated_amount decimal(18,2), recorded_count bigint, recorded_amount decimal(18,2));
create table mart.check_row(check_id varchar, n integer, area_code varchar, detail varchar);
create table mart.load(load integer, file varchar, dataset varchar, loaded_at timestamp, rows bigint,
    accepted bigint, quarantined bigint, repeated bigint, furniture bigint, held bigint, reasons varchar);
create table mart.area_quality(area_code varchar, area varchar, dataset varchar, accepted bigint, held bigint);
