-- Money beside the head counts of the collection indicators: one row per campaign, scheme,
-- area and day; yuan levied from and received from the people expected.
-- check: unique campaign, scheme, area_code, as_of
-- order: campaign, scheme, as_of, area_code
-- cut: query
-- meaning: 征缴的钱：征缴完成率应缴人员的应征和实缴金额 | the money of the collection indicators: levied from and received from the people expected
-- grain: 每个方案、险种、区划、日期一行 | one row per campaign, scheme, area and day
-- column: campaign: 考核方案 | campaign
-- column: scheme: 险种 | scheme
-- column: level: 层级：city、town、village | level: city, town or village
-- column: area_code: 区划代码 | area code
-- column: as_of: 截至日期，当日终了 | as of the end of this day
-- column: people_due [人 | people]: 应缴人数 | people who are due to pay
-- column: amount_due [元 | yuan]: 应征金额 | amount levied from them
-- column: amount_received [元 | yuan]: 实缴金额，退费已扣 | amount received from them, less what was given back
-- ask: 目前各镇街还差多少钱？ | how much money is still missing in each town?
-- example: select a.area, m.scheme, m.amount_due - m.amount_received as missing
-- example: from mart.collection as m
-- example: join ref.campaign as c on c.campaign = m.campaign and c.latest = m.as_of
-- example: join ref.area as a on a.area_code = m.area_code
-- example: where m.level = 'town' order by missing desc
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
