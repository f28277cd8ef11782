-- One row per village nobody on the roster belongs to.
-- severity: warning
-- title: 底册里没有人的村社 | villages with no row
-- why: 漏报的村社不在分母里，参保率会虚高 | a village left out is missing from the denominator
-- do: 请镇街补报该村底册，或更正 areas.csv | let the town send its roster, or correct areas.csv
select a.area_code, a.area as detail
from ref.area as a
where a.level = 'village'
  and not exists (select 1 from core.person as p where p.area_no = a.ordinal)
  and exists (select 1 from core.person)
