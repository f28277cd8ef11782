-- One row per item and area where more are counted than expected on the latest day.
-- severity: warning
-- title: 参保率超过 100% | rates above 100 %
-- why: 分子大于分母，说明口径或数据有误；如实列出，不封顶 | more people count than are expected: a denominator is wrong; shown as it is, never capped
-- do: 请核对统计口径人数与底册 | compare the headcount with the roster
select s.area_code, concat(s.item, ' ', cast(s.actual as varchar), ' / ', cast(s.expected as varchar)) as detail
from mart.standing as s
join staging.span as c on c.campaign = s.campaign and c.latest = s.as_of
where s.actual > s.expected and s.expected > 0
