-- Whose names and numbers were looked at, and why: for a list of who is missing
-- its campaign, item, area and day.
alter table raw.reveal add column campaign varchar;
alter table raw.reveal add column item varchar;
alter table raw.reveal add column area_code varchar;
alter table raw.reveal add column as_of date;
alter table raw.reveal add column reason varchar;
