-- One row per person and day whose visit was for an item that no campaign has, or came before the
-- campaign was counted.
-- severity: warning
-- title: 走访反馈对不上考核项 | visits for no item
-- why: 名单和走访计数里看不到这些反馈 | they are seen neither on lists nor where visits are counted
-- do: 请核对反馈表的考核项和走访日期，改正后重新装载 | look at item and day on the sheet, mend it and load it again
with
known as (
    select i.item, i.title, s.first_day
    from ref.item as i
    join staging.span as s on s.campaign = i.campaign
),
stray as (
    select v.person, v.item, v.visited_on
    from staging.visit as v
    where not exists (
        select 1 from known as k
        where (k.item = v.item or k.title = v.item) and k.first_day <= v.visited_on
    )
)
-- What stands under the item is free text and may be anybody's name.
select a.area_code, cast(s.visited_on as varchar) as detail
from stray as s
join core.person as p on p.person = s.person
left join ref.area as a on a.ordinal = p.area_no
