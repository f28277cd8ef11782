-- A file may have several parts (sheets, members of an archive), each a load of
-- its own; whole is the load of the first part, by which a file is taken back.
alter table raw.load add column part varchar;               -- sheet or member, '' where the file is the table
alter table raw.load add column whole integer;
alter table raw.load add column office varchar;             -- whose export it is, as far as is known
alter table raw.load add column loaded_by varchar;
alter table raw.load add column headers varchar;            -- every column of the part as it is headed, a JSON list
update raw.load set part = '', whole = load;

-- What was taken back, one row per load; its rows are gone.
create table raw.unload (
    load integer not null,
    file varchar not null,
    part varchar not null,
    sha256 varchar not null,
    dataset varchar not null,
    loaded_at timestamp not null,
    loaded_by varchar,
    rows bigint not null,
    unloaded_at timestamp not null, -- local
    unloaded_by varchar
);

-- Every row of a corrected sheet that speaks of a row held back: which number,
-- by which load, who and when, and what came of it. A row still wrong stays held
-- under its number, as it was corrected last.
create table raw.correction (
    number bigint not null,         -- 暂存号
    load integer not null,
    line bigint not null,
    corrected_by varchar,
    corrected_at timestamp not null, -- local
    released boolean not null,
    reasons varchar,                -- of a row still wrong
    town varchar,
    sealed blob                     -- its text
);

-- The highest number a row was ever held back under: a number is never given twice,
-- even where the row went with its file.
create table raw.last_number (number bigint not null);
insert into raw.last_number select coalesce(max(number), 0) from raw.quarantine;

-- Who set a row aside, and when; why stands beside the row.
alter table raw.quarantine add column dismissed_by varchar;
alter table raw.quarantine add column dismissed_at timestamp;

-- Who looked at identity, when and at what.
create table raw.reveal (
    revealed_at timestamp not null, -- local
    revealed_by varchar,
    verb varchar not null,
    what varchar not null,
    rows bigint not null
);

-- A row that repeats what stood before it is kept, marked: when the file that
-- brought it first is taken back, it is what remains.
alter table raw.roster add column repeated boolean default false;
alter table raw.registration add column repeated boolean default false;
alter table raw.levy add column repeated boolean default false;
alter table raw.payment add column repeated boolean default false;
alter table raw.subsidy add column repeated boolean default false;
alter table raw.statement add column repeated boolean default false;
alter table raw.headcount add column repeated boolean default false;
alter table raw.tally add column repeated boolean default false;
