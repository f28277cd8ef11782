-- The lake of a warehouse whose rows a distributed engine is to read (engine:
-- trino): Parquet files, a folder per dataset and load. There raw.roster and the
-- other datasets are views of those files and of a table of schema fresh, which
-- holds the rows of the transaction under way and is empty at its end. In any
-- other warehouse these tables are empty.

-- where the lake is; one row, none in a warehouse without a lake
create table raw.lake_layout (
    id varchar not null,            -- what the lake is marked with as this warehouse's
    place varchar not null,         -- the folder the views read, an absolute path
    store varchar,                  -- the bucket, of which the folder is a copy; NULL where it is the lake itself
    buckets integer not null,       -- parts that the people are divided into
    generation integer not null     -- that of the folder written last, 0 for none yet
);

-- one row per folder that counts; any other folder of the lake is an orphan
create table raw.lake (
    dataset varchar not null,
    load integer not null,
    folder varchar not null,        -- below the lake, such as payment/load=17-3
    files integer not null,
    rows bigint not null,
    bytes bigint not null
);

-- one row per file of those folders
create table raw.lake_file (
    folder varchar not null,
    file varchar not null,          -- such as 000003_0.parquet, the bucket first
    bytes bigint not null
);
