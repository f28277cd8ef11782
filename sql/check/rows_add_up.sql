-- One row per load whose rows are not accepted + quarantined + repeated, or of which the warehouse
-- keeps another number than was accepted or quarantined.
-- severity: error
-- title: 行数对不上 | rows that do not add up
-- why: 装载报告与库中行数不一致，任何数字都不可信 | the ledger and the rows kept disagree: no figure can be trusted
-- do: 不要发布；从备份恢复数据仓库，重新装载 | do not publish; restore the warehouse from its backup and load again
with
kept as (
    select load, count(*) as rows, count(*) filter (where repeated) as repeats from raw.roster group by load
    union all
    select load, count(*), count(*) filter (where repeated) from raw.registration group by load
    union all
    select load, count(*), count(*) filter (where repeated) from raw.levy group by load
    union all
    select load, count(*), count(*) filter (where repeated) from raw.payment group by load
    union all
    select load, count(*), count(*) filter (where repeated) from raw.subsidy group by load
    union all
    select load, count(*), count(*) filter (where repeated) from raw.statement group by load
    union all
    select load, count(*), count(*) filter (where repeated) from raw.headcount group by load
    union all
    select load, count(*), count(*) filter (where repeated) from raw.tally group by load
    union all
    select load, count(*), count(*) filter (where repeated) from raw.visit group by load
),
held as (
    select load, count(*) as rows
    from (
        select load from raw.quarantine
        union all
        select load from raw.correction where not released
    ) as h
    group by load
)
select
    cast(null as varchar) as area_code,
    concat('load ', cast(l.load as varchar), ': ', cast(l.rows as varchar), ' = ', cast(l.accepted as varchar), ' + ',
        cast(l.quarantined as varchar), ' + ', cast(l.repeated as varchar), '; ', cast(coalesce(k.rows - k.repeats, 0) as varchar),
        ', ', cast(coalesce(h.rows, 0) as varchar), ', ', cast(coalesce(k.repeats, 0) as varchar)) as detail
from raw.load as l
left join kept as k on k.load = l.load
left join held as h on h.load = l.load
where l.rows <> l.accepted + l.quarantined + l.repeated
   or l.accepted <> coalesce(k.rows - k.repeats, 0)
   or l.same_as is null and l.repeated <> coalesce(k.repeats, 0)
   or l.quarantined <> coalesce(h.rows, 0)
