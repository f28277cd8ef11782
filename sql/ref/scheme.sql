-- The schemes of campaign.yaml.
-- cut: whole
-- meaning: 各方案征缴的险种和所属年度 | schemes of a campaign with their benefit year
-- grain: 每个方案、险种一行 | one row per campaign and scheme
-- column: campaign: 考核方案 | campaign
-- column: scheme: 险种：pension 养老、medical 医疗、critical 大病 | scheme: pension, medical or critical
-- column: year [年 | year]: 参保年度 | benefit year
-- ask: 各险种收的是哪一年的？ | of which year is each scheme collected?
-- example: select scheme, year from ref.scheme order by scheme
create table ref.scheme (
    campaign varchar not null,
    scheme varchar not null,
    year smallint not null
)
