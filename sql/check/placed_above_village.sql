-- One row per person on the roster for whom only the town, or the city, can be told, where the town
-- has villages.
-- severity: warning
-- title: 只能归到镇街的人员 | people placed above the village
-- why: 没有村社、村社不认识或同镇重名，村社的数字里没有他们 | without a village, an unknown one or one that two villages share: no village counts them
-- do: 请镇街在底册中补上行政区划代码 | let the town add the area code to the roster
select a.area_code, p.placed as detail
from core.person as p
join ref.area as a on a.ordinal = p.area_no
where exists (select 1 from ref.area as v where v.level = 'village' and v.parent = a.area_code)
   or p.placed = 'city'
