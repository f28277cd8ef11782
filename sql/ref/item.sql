-- What is assessed: the indicators of campaign.yaml at their stages.
-- cut: whole
-- meaning: 考核项：指标在某一阶段，目标和计分规则 | items: an indicator at a stage, with its target and scoring rule
-- grain: 每个方案、考核项一行 | one row per campaign and item
-- column: campaign: 考核方案 | campaign
-- column: item: 考核项的 id | id of the item
-- column: ordinal [序号 | ordinal]: 次序 | order
-- column: indicator: 指标 | indicator
-- column: stage: 阶段 | stage
-- column: title: 名称（中文） | title in Chinese
-- column: title_en: 名称（英文） | title in English
-- column: note: 口径说明（中文） | who is expected and who counts, in Chinese
-- column: note_en: 口径说明（英文） | who is expected and who counts, in English
-- column: source: 人数来源 | where its counts come from
-- column: measure: 统计口径的名称 | measure of the headcount
-- column: scheme: 征缴的险种 | scheme that is collected
-- column: goal: 是否只是目标、不考核 | a goal that is not assessed
-- column: due: 截止日 | due day
-- column: target_num [份 | parts]: 目标分数的分子，9991/10000 即 99.91% | numerator of the target: 9991/10000 is 99.91 %
-- column: target_den [份 | parts]: 目标分数的分母 | denominator of the target
-- column: scored: 是否计分 | scored
-- column: rule: 计分规则 | scoring rule
-- column: basis: 计分用 rate 还是 rate_on_time | the rate it is scored by: rate or rate_on_time
-- column: weight [分 | points]: 分值 | points that can be had
-- ask: 各项的目标和分值？ | which targets and weights do the items have?
-- example: select item, title, target_num / cast(target_den as double) as target, weight from ref.item order by ordinal
create table ref.item (
    campaign varchar not null,
    item varchar not null,
    ordinal integer not null,
    indicator varchar not null,
    stage varchar not null,
    title varchar,
    title_en varchar,
    note varchar,
    note_en varchar,
    source varchar not null,
    measure varchar,
    scheme varchar,
    goal boolean not null,
    due date not null,
    target_num bigint not null,
    target_den bigint not null,
    scored boolean not null,
    rule varchar,
    basis varchar,
    weight double
)
