-- areas.csv as rows.
-- cut: query
-- meaning: 区划：市、镇街、村社 | areas: the city, its towns, their villages
-- grain: 每个区划一行 | one row per area
-- column: area_code: 区划代码 | area code
-- column: area: 名称；一个镇街里也可能重名 | name; two villages, even of one town, may share it
-- column: parent: 上级区划代码；市为空 | code of the area above; null for the city
-- column: level: 层级：city、town、village | level: city, town or village
-- column: town: 所属镇街代码，镇街为自己；市为空 | code of the town it is or lies in; null for the city
-- column: ordinal [序号 | ordinal]: 次序 | order
-- ask: 每个镇街有多少村社？ | how many villages has each town?
-- example: select t.area, count(*) as villages from ref.area as v join ref.area as t on t.area_code = v.parent
-- example: where v.level = 'village' group by t.area order by villages desc
create table ref.area (
    area_code varchar not null,
    area varchar not null,
    parent varchar,
    level varchar not null,
    town varchar,
    ordinal integer not null
)
