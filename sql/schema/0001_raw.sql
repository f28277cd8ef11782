-- Raw is append-only: a row is written once, by one load, and never updated.
-- Identity is sealed: person is a key that only the city's key file can turn
-- back, name and phone are ciphertext. Amounts are fen (1/100 yuan). Days are
-- local (Asia/Shanghai). NULL is an empty cell or a column the file did not
-- have; raw.load_field tells the two apart.

create schema raw;

-- one row per loaded file
create table raw.load (
    load integer not null primary key,
    file varchar not null,          -- as it was named to the program
    sha256 varchar not null,        -- of the bytes, to know them again
    bytes bigint not null,
    dataset varchar not null,
    loaded_at timestamp not null,   -- local
    rows bigint not null,           -- = accepted + quarantined + repeated
    accepted bigint not null,
    quarantined bigint not null,
    repeated bigint not null,
    furniture bigint not null,      -- title, header, total, note, blank rows
    same_as integer                 -- the load with the very same bytes
);

-- one row per load and field its file brought; header as it stood there
create table raw.load_field (
    load integer not null,
    field varchar not null,
    header varchar not null
);

-- one row per load and reason for holding rows back
create table raw.load_reason (
    load integer not null,
    reason varchar not null,
    rows bigint not null
);

-- one row per row held back; nothing of it in the clear
create table raw.quarantine (
    number bigint not null primary key, -- 暂存号
    load integer not null,
    line bigint not null,
    dataset varchar not null,
    reasons varchar not null,       -- joined by a blank, in the contract's order
    town varchar,                   -- code of the town its own town cell names
    sealed blob not null,           -- the whole text
    released_by integer,            -- the load that brought it right
    dismissed varchar               -- why it was set aside for good
);

-- the areas as areas.csv tells them; one row per area
create table raw.area (
    area_code varchar not null primary key,
    area varchar not null,
    parent varchar,                 -- NULL for the city
    level varchar not null,         -- city, town, village
    town varchar                    -- the town it is or lies in, NULL for the city
);

-- what may be written for an area; one row per town and label, or code
create table raw.area_label (
    kind varchar not null,          -- code, town, village
    town varchar,                   -- for village labels: the town they hold in
    label varchar not null,         -- cleaned as the cells of the extracts are
    area_code varchar not null      -- labels two villages bear are left out
);

-- 全民参保登记底册, key person
create table raw.roster (
    load integer not null,
    line bigint not null,
    shared boolean not null,        -- another row had this key when it came
    person uuid not null,
    id_type varchar,
    id_born date,                   -- as the number tells, NULL where it does not
    id_sex varchar,                 -- 男, 女
    name blob,
    town varchar,
    village varchar,
    area_code varchar,
    hukou boolean,
    resident boolean,
    student boolean,
    school varchar,
    exempt_reason varchar,
    exempt_from date,
    birth_date date,
    sex varchar,
    phone blob
);

-- 参保登记, key person, scheme, year (resident schemes) or registered_on
create table raw.registration (
    load integer not null,
    line bigint not null,
    shared boolean not null,
    person uuid not null,
    id_type varchar,
    name blob,
    scheme varchar not null,
    year smallint,                  -- NULL for employee and elsewhere schemes
    status varchar not null,        -- active, paused, ended
    registered_on date,
    ended_on date,
    town varchar,
    village varchar,
    area_code varchar,
    category varchar,
    rights_on date
);

-- 应征, key person, scheme, year
create table raw.levy (
    load integer not null,
    line bigint not null,
    shared boolean not null,
    person uuid not null,
    id_type varchar,
    name blob,
    scheme varchar not null,
    year smallint not null,
    amount bigint not null,         -- fen
    town varchar,
    village varchar,
    area_code varchar
);

-- 缴费, key receipt, person, scheme, year, back (and paid_at where back)
create table raw.payment (
    load integer not null,
    line bigint not null,
    shared boolean not null,
    receipt varchar not null,
    person uuid not null,
    id_type varchar,
    name blob,
    scheme varchar not null,
    year smallint not null,
    amount bigint not null,         -- fen, signed as written
    shares integer,
    kind varchar,                   -- payment, refund, reversal; NULL is payment
    back boolean not null,          -- money given back: kind, or a negative amount
    paid_at timestamp not null,
    credited_on date,
    channel varchar,
    bank varchar,
    status varchar,                 -- failed; NULL is the default, paid
    refunds varchar,
    collector varchar,              -- tax, medical
    town varchar,
    village varchar,
    area_code varchar
);

-- 资助与救助, key person, scheme, year, kind, category
create table raw.subsidy (
    load integer not null,
    line bigint not null,
    shared boolean not null,
    person uuid not null,
    id_type varchar,
    name blob,
    category varchar not null,
    kind varchar not null,          -- funding (资助参保), assistance (医疗救助)
    scheme varchar not null,
    year smallint not null,
    amount bigint,                  -- fen
    extent varchar,                 -- part; NULL is the default, full
    certified_from date,
    certified_to date,
    granted_on date,
    office varchar,
    town varchar,
    village varchar,
    area_code varchar
);

-- 对账单, key date, source, scheme, channel, bank
create table raw.statement (
    load integer not null,
    line bigint not null,
    shared boolean not null,
    date date not null,
    source varchar not null,        -- tax, treasury, bank, medical
    scheme varchar not null,
    channel varchar,
    bank varchar,
    count bigint not null,
    amount bigint not null          -- fen
);

-- 统计口径人数或任务数, key area, measure, as_of
create table raw.headcount (
    load integer not null,
    line bigint not null,
    shared boolean not null,
    area varchar not null,          -- area_code it was resolved to
    area_code varchar,
    town varchar,
    village varchar,
    measure varchar not null,
    value bigint not null,
    as_of date
);

-- 汇总上报数, key area, indicator, as_of
create table raw.tally (
    load integer not null,
    line bigint not null,
    shared boolean not null,
    area varchar not null,
    area_code varchar,
    town varchar,
    village varchar,
    indicator varchar not null,
    as_of date not null,
    expected bigint not null,
    actual bigint not null
);
