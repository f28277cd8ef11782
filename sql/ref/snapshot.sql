-- Filled on publishing.
-- cut: whole
-- meaning: 快照本身：什么时候、用什么、由多少数据算成 | the snapshot itself: when, by what and from how much it was built
-- grain: 只有一行 | one row
-- column: snapshot [号 | number]: 快照号 | number of the snapshot
-- column: built_at: 计算时间 | when it was built
-- column: program: canbao 的版本 | version of canbao
-- column: duckdb: DuckDB 的版本 | version of DuckDB
-- column: files [个 | files]: 装载的文件数 | files loaded
-- column: rows [行 | rows]: 读到的行数 | rows read from them
-- ask: 这些数是什么时候算的？ | when were these figures computed?
-- example: select snapshot, built_at, files, rows from ref.snapshot
create table ref.snapshot (
    snapshot integer not null,
    built_at timestamp not null,
    program varchar,
    duckdb varchar,
    files integer not null,
    rows bigint not null
)
