-- Visits counted: one row per campaign, item, area its people belong to, day and answer.
-- visits are the people who gave the answer on the day; change is by how much the people grew
-- whose latest answer it is: summed up to a day it tells how many stand with each answer then.
-- check: unique campaign, item, area_code, visited_on, answer
-- check: not null visits, proofs, change
-- order: campaign, item, area_code, visited_on, answer
-- cut: own area_code
-- meaning: 走访计数：每天每地走访了多少人、怎么答复；change 累计到某日即为当日最新答复的人数 | visits counted by day, area and answer; change, summed up to a day, is how many people stand with each answer then
-- grain: 每个方案、考核项、区划、走访日期、答复一行 | one row per campaign, item, area, day and answer
-- column: campaign: 考核方案 | campaign
-- column: item: 走访时所依名单的考核项 | item of the list they were visited for
-- column: area_code: 本人所属区划（村社，或只能认到的镇街） | the smallest area the people belong to: a village, or a town where only that can be told
-- column: visited_on: 走访日期 | day of the visits
-- column: answer: 答复，见 mart.answer | answer, see mart.answer
-- column: visits [人 | people]: 当天这样答复的人数 | people who gave the answer on the day
-- column: proofs [人 | people]: 其中已看凭证 | of these, with proof seen
-- column: change [人 | people]: 以此为最新答复的人数的增减 | by how much the people grew whose latest answer it is
-- ask: 截至 12 月 10 日，医保走访的最新答复各有多少人？ | how many people stand with each answer about medical care on 10 December?
-- example: select answer, sum(change) as people, sum(proofs) as with_proof
-- example: from mart.visit where item = 'medical_hukou' and visited_on <= date '2020-12-10'
-- example: group by answer order by people desc
with
answered as (
    select
        a.campaign,
        a.item,
        r.area_code,
        a.visited_on,
        a.answer,
        a.proof,
        lag(a.answer) over (partition by a.campaign, a.item, a.person_no order by a.visited_on) as former
    from mart.answer as a
    join core.person as p on p.person_no = a.person_no
    join ref.area as r on r.ordinal = p.area_no
),
counted as (
    select campaign, item, area_code, visited_on, answer, 1 as visits, case when proof then 1 else 0 end as proofs, 1 as change
    from answered
    union all
    select campaign, item, area_code, visited_on, former, 0, 0, -1
    from answered
    where former is not null
)
select
    campaign,
    item,
    area_code,
    visited_on,
    answer,
    cast(sum(visits) as bigint) as visits,
    cast(sum(proofs) as bigint) as proofs,
    cast(sum(change) as bigint) as change
from counted
group by campaign, item, area_code, visited_on, answer
