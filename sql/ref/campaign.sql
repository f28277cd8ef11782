-- The campaigns of the settings; first_day, last_day and latest are added on publishing.
-- cut: whole
-- meaning: 考核方案，及数据所到的日子 | campaigns, and the days the data reach
-- grain: 每个方案一行 | one row per campaign
-- column: campaign: 考核方案的 id | id of the campaign
-- column: ordinal [序号 | ordinal]: 次序，1 为默认 | order; 1 is the default campaign
-- column: title: 名称（中文） | title in Chinese
-- column: title_en: 名称（英文） | title in English
-- column: opening: 开征日 | opening day
-- column: age_on: 计龄日 | day on which ages are counted
-- column: last_due: 最后的截止日 | the last due day
-- column: tie_break: 总分相同时看哪一项 | item that decides between equal scores
-- column: max_points [分 | points]: 满分 | points that can be had
-- column: file_sha256: 方案文件内容的 SHA-256 | SHA-256 of the campaign file
-- column: first_day: 计数的第一天，开征前七天 | first day counted, seven before the opening
-- column: last_day: mart.standing 的最后一天 | last day of mart.standing
-- column: latest: 数据所到的最后一天，即 --as-of latest | last day that anything loaded speaks of, which is --as-of latest
-- ask: 数据到哪一天？ | up to which day do the data reach?
-- example: select campaign, title, opening, last_due, latest from ref.campaign order by ordinal
create table ref.campaign (
    campaign varchar not null,
    ordinal integer not null,
    title varchar,
    title_en varchar,
    opening date not null,
    age_on date not null,
    last_due date not null,
    tie_break varchar,
    max_points double,
    file_sha256 varchar
)
