-- What was loaded: one row per load of a file. rows = accepted + quarantined + repeated; held
-- is what of the quarantined is held back still. part: the sheet, or the member of an archive.
-- reasons: name=rows, joined by semicolons.
-- check: unique load
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
    l.office
from raw.load as l
left join reason as r on r.load = l.load
left join held as h on h.load = l.load
