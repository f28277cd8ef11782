-- What was loaded: one row per load of a file. rows = accepted + quarantined + repeated; held
-- is what of the quarantined is held back still. part: the sheet, or the member of an archive.
-- reasons: name=rows, joined by semicolons.
-- check: unique load
-- cut: query
-- meaning: 装载台账：装了什么文件，多少行 | what was loaded: files and their rows
-- grain: 每次装载一行；一个文件有几张工作表或压缩包里有几个文件，就有几行 | one row per load, that is per table of a file: a sheet, or a member of an archive
-- column: load [号 | number]: 装载号 | number of the load
-- column: file: 文件 | file
-- column: dataset: 数据类别 | dataset
-- column: loaded_at: 装载时间 | when it was loaded
-- column: rows [行 | rows]: 读到的行数，等于接收、暂存、重复之和 | rows read: accepted, quarantined and repeated together
-- column: accepted [行 | rows]: 接收 | accepted
-- column: quarantined [行 | rows]: 当时暂存 | held back at the time
-- column: repeated [行 | rows]: 重复 | repeated
-- column: furniture [行 | rows]: 标题、表头、合计、说明、空白行 | title, header, total, note and blank rows
-- column: held [行 | rows]: 仍在暂存 | held back still
-- column: reasons: 暂存原因和行数，如 id_checksum=3;missing:name=1 | reasons and their rows, such as id_checksum=3;missing:name=1
-- column: part: 工作表，或压缩包里的文件 | the sheet, or the member of an archive
-- column: office: 哪个部门的数据 | whose export it is
-- column: sha256: 文件内容的 SHA-256，同一内容即同一文件 | SHA-256 of the file's bytes: the same bytes are the same file
-- ask: 哪些文件暂存的最多？ | which files have most rows held back?
-- example: select file, dataset, rows, held, reasons from mart.load where held > 0 order by held desc limit 20
with
reason as (
    select load, reasons from staging.load_reasons
),
held as (
    select load, count(*) as held
    from staging.held
    group by load
)
select
    l.load,
    l.file,
    l.dataset,
    l.loaded_at,
    l.rows,
    l.accepted,
    l.quarantined,
    l.repeated,
    l.furniture,
    coalesce(h.held, 0) as held,
    coalesce(r.reasons, '') as reasons,
    l.part,
    l.office,
    l.sha256
from raw.load as l
left join reason as r on r.load = l.load
left join held as h on h.load = l.load
