-- Money beside the head counts of the collection indicators: one row per campaign, scheme,
-- area and day; yuan levied from and received from the people expected.
-- check: unique campaign, scheme, area_code, as_of
-- order: campaign, scheme, as_of, area_code
select
    d.campaign,
    i.scheme,
    a.level,
    a.area_code,
    d.day as as_of,
    d.expected as people_due,
    cast(d.fen_due * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as amount_due,
    cast(d.fen_received * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as amount_received
from core.daily as d
join ref.indicator as i on i.campaign = d.campaign and i.indicator = d.indicator and i.scheme is not null
join staging.span as s on s.campaign = d.campaign and d.day >= s.opening
join ref.area as a on a.ordinal = d.area_no
