-- The assessment, which the program computes in exact fractions: the doubles are for reading.
-- cut: query
-- meaning: 考核得分：每个镇街每天每项的得分和总分 | the assessment: points of every town, day and scored item
-- grain: 每个方案、日期、镇街、计分项一行，data_quality 在最后 | one row per campaign, day, town and scored item, data_quality last
-- column: campaign: 考核方案 | campaign
-- column: as_of: 截至日期，当日终了 | as of the end of this day
-- column: area_code: 镇街代码 | code of the town
-- column: area: 镇街名称 | name of the town
-- column: item: 计分项 | scored item
-- column: points [分 | points]: 这一项的得分 | points of the item
-- column: score [分 | points]: 总分，各项之和 | points of all items together
-- column: rank [名 | place]: 总分排名 | place by the score
-- column: points_exact: 这一项得分的精确分数 | points of the item as an exact fraction
-- column: score_exact: 总分的精确分数 | the score as an exact fraction
-- ask: 现在的总分和名次？ | what are the scores and places now?
-- example: select distinct s.rank, s.area, round(s.score, 2) as score
-- example: from mart.score as s
-- example: join ref.campaign as c on c.campaign = s.campaign and c.latest = s.as_of
-- example: order by s.rank, s.area
create table mart.score (
    campaign varchar not null,
    as_of date not null,
    area_code varchar not null,
    area varchar not null,
    item varchar not null,
    points double not null,
    score double not null,
    rank integer not null,
    points_exact varchar not null,
    score_exact varchar not null
)
