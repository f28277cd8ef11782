-- The indicators of campaign.yaml.
-- cut: whole
-- meaning: 指标 | indicators
-- grain: 每个方案、指标一行 | one row per campaign and indicator
-- column: campaign: 考核方案 | campaign
-- column: indicator: 指标的 id；mart.person 和 mart.stretch 里有同名的列 | id of the indicator; mart.person and mart.stretch have a column of that name
-- column: ordinal [序号 | ordinal]: 次序 | order
-- column: title: 名称（中文） | title in Chinese
-- column: title_en: 名称（英文） | title in English
-- column: source: 人数来源：people 人员、headcount 统计口径、tally 汇总上报 | where its counts come from: people, headcount or tally
-- column: measure: 统计口径的名称 | measure of the headcount
-- column: scheme: 征缴的险种 | scheme that is collected
-- ask: 有哪些指标？ | which indicators are there?
-- example: select indicator, title, title_en from ref.indicator order by ordinal
create table ref.indicator (
    campaign varchar not null,
    indicator varchar not null,
    ordinal integer not null,
    title varchar,
    title_en varchar,
    source varchar not null,
    measure varchar,
    scheme varchar
)
