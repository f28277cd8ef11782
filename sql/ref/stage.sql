-- The stages of campaign.yaml.
-- cut: whole
-- meaning: 考核阶段和截止日 | stages and their due days
-- grain: 每个方案、阶段一行 | one row per campaign and stage
-- column: campaign: 考核方案 | campaign
-- column: stage: 阶段的 id | id of the stage
-- column: ordinal [序号 | ordinal]: 次序 | order
-- column: title: 名称（中文） | title in Chinese
-- column: title_en: 名称（英文） | title in English
-- column: due: 截止日，含当日最后一秒 | due day, its last second included
-- ask: 有哪些截止日？ | which days are due?
-- example: select stage, title, due from ref.stage order by ordinal
create table ref.stage (
    campaign varchar not null,
    stage varchar not null,
    ordinal integer not null,
    title varchar,
    title_en varchar,
    due date not null
)
