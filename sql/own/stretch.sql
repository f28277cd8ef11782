-- How each person stood, since when and until when: one row per campaign, person and stretch
-- of days on which nothing changes. The columns below, and one per indicator of people, which
-- the program adds: true where the person counts, false where missing, null where not expected.
-- meaning: 变动史：每个人从哪天到哪天处于什么参保状态；两天之间的变化、险种之间的转移都在这里 | how each person stood, since when and until when: what changed between two days, and who moved between schemes
-- grain: 每个方案、每个人、每段没有变化的日子一行；一个人的各段首尾相接 | one row per campaign, person and stretch of days on which nothing changes; the stretches of a person follow one another without a gap
-- column: campaign: 考核方案 | campaign
-- column: person_no [号 | number]: 人员序号，与 mart.person 关联 | number of the person, to join mart.person by
-- column: from_day: 这段的第一天；开征前七天以前的变化都记在那一天 | first day of the stretch; what happened before the seventh day before the opening stands on that day
-- column: until_day: 下一段的第一天，不含；空为延续至今 | first day of the next stretch, no longer part of this one; null: it lasts
-- column: exempt: 不应参保 | exempt
-- column: certified: 有任一困难认定 | certified in hardship, in any category
-- column: pension: 养老保险：employee 职工、elsewhere 异地、resident 居民已缴或全额资助、registered 居民已登记未缴、none 无 | how insured for pension: employee, elsewhere, resident (paid, or funded in full), registered (as a resident, not paid yet) or none
-- column: medical: 医疗保险，取值同 pension | how insured for medical care, in the words of pension
-- column: critical: 已缴大病保险 | paid the critical-illness premium
-- ask: 12 月 1 日到 12 月 15 日，医保怎么变的？ | how did medical insurance change between 1 and 15 December?
-- example: select a.medical as before, b.medical as after, count(*) as people
-- example: from mart.stretch as a
-- example: join mart.stretch as b on b.campaign = a.campaign and b.person_no = a.person_no
-- example: where a.from_day <= date '2020-12-01' and (a.until_day is null or a.until_day > date '2020-12-01')
-- example:   and b.from_day <= date '2020-12-15' and (b.until_day is null or b.until_day > date '2020-12-15')
-- example:   and a.medical <> b.medical
-- example: group by a.medical, b.medical order by people desc
select
    campaign,
    person_no,
    from_day,
    until_day,
    exempt,
    certified,
    pension,
    medical,
    critical
from core.stretch
