-- The user's towns as they are. Of the others the place, the score and the points to two
-- decimals, as bulletins print them: an exact fraction would tell the counts it was made of.
-- Where a row of the day was left out of the standings (cut/standing.sql), only the line of
-- data_quality stays, which carries place and score: the points of the others together would
-- tell what was left out.
with
hidden as (
    select distinct w.campaign, w.as_of, w.area_code
    from whole.mart.standing as w
    join whole.ref.item as i on i.campaign = w.campaign and i.item = w.item and i.scored
    left join mart.standing as s on s.campaign = w.campaign and s.item = w.item and s.as_of = w.as_of and s.area_code = w.area_code
    where w.level = 'town' and s.area_code is null
)
select
    s.campaign,
    s.as_of,
    s.area_code,
    s.area,
    s.item,
    case when o.area_code is null then round(s.points, 2) else s.points end as points,
    case when o.area_code is null then round(s.score, 2) else s.score end as score,
    s.rank,
    case when o.area_code is null then cast(cast(s.points as decimal(18, 2)) as varchar) else s.points_exact end as points_exact,
    case when o.area_code is null then cast(cast(s.score as decimal(18, 2)) as varchar) else s.score_exact end as score_exact
from whole.mart.score as s
left join own as o on o.area_code = s.area_code
left join hidden as h on h.campaign = s.campaign and h.as_of = s.as_of and h.area_code = s.area_code
where h.area_code is null or s.item = 'data_quality'
