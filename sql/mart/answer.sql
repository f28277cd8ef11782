-- What people who were missing answered when somebody went to see them (走访反馈): one row per
-- campaign, item, person and day. Of several answers of a person the latest day's holds. An
-- answer changes no indicator. Who went, and what they noted, is not published. Of campaigns
-- that have the same item a visit belongs to the one opened last before it. Answers:
--   reached      spoken to, no answer yet      will_pay  will pay
--   paid         says that it is paid          elsewhere insured elsewhere
--   employee     insured as an employee        moved     moved away for good
--   refuses      refuses                       deceased  deceased
--   away         not in town                   not_reached could not be reached
--   other        something else
-- check: unique campaign, item, person_no, visited_on
-- check: not null answer, proof
-- order: campaign, item, person_no, visited_on
-- cut: people campaign, person_no
-- meaning: 走访反馈：上门后每个人怎么答复；不改变任何指标 | what people who were missing answered when they were visited; it changes no indicator
-- grain: 每个方案、考核项、人、走访日期一行 | one row per campaign, item, person and day
-- column: campaign: 考核方案 | campaign
-- column: item: 走访时所依名单的考核项 | item of the list they were visited for
-- column: person_no [号 | number]: 人员序号，与 mart.person 关联 | number of the person, to join mart.person by
-- column: visited_on: 走访日期 | day of the visit
-- column: answer: 答复：reached 已联系、will_pay 愿意缴费、paid 称已缴费、elsewhere 已在外地参保、employee 已在职工参保、moved 已迁出、refuses 拒绝参保、deceased 已死亡、away 不在本地、not_reached 联系不上、other 其他 | answer: reached, will_pay, paid, elsewhere (insured elsewhere), employee (insured as an employee), moved, refuses, deceased, away, not_reached or other
-- column: proof: 已看凭证 | proof was seen
-- ask: 说愿意缴费的人，后来多少真的参保了？ | how many of those who said they would pay are insured now?
-- example: select p.medical, count(distinct a.person_no) as people
-- example: from mart.answer as a
-- example: join mart.person as p on p.campaign = a.campaign and p.person_no = a.person_no
-- example: where a.item = 'medical_hukou' and a.answer = 'will_pay'
-- example: group by p.medical order by people desc
with
visit as (
    select * from staging.visit
),
opened as (
    select i.campaign, i.item, i.title, c.opening, s.first_day
    from ref.item as i
    join ref.campaign as c on c.campaign = i.campaign
    join staging.span as s on s.campaign = i.campaign
),
asked as (
    select v.person, o.campaign, o.item, o.opening, v.visited_on, v.answer, coalesce(v.proof, false) as proof
    from visit as v
    join opened as o on (v.item = o.item or v.item = o.title) and v.visited_on >= o.first_day
),
-- The same item of a later campaign claims what came after its opening.
belonging as (
    select a.*
    from asked as a
    where not exists (
        select 1 from opened as n
        where n.item = a.item and n.opening > a.opening and n.opening <= a.visited_on
    )
),
-- An item may stand on one sheet by its id and on another by its title.
told as (
    select
        b.campaign,
        b.item,
        p.person_no,
        b.visited_on,
        b.answer,
        b.proof,
        row_number() over (partition by b.campaign, b.item, p.person_no, b.visited_on order by b.proof desc, b.answer) as place
    from belonging as b
    join core.person as p on p.person = b.person
)
select campaign, item, person_no, visited_on, answer, proof
from told
where place = 1
