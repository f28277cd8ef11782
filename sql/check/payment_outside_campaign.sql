-- One row per campaign and payment of its schemes and years dated before the opening, or more
-- than thirty days after the last due day.
-- severity: warning
-- title: 缴费日期离开征期很远 | payments far outside the campaign
-- why: 多半是日期写错；晚的会把通报的日期范围拉长 | most likely a mistyped day; a late one stretches the days reported on
-- do: 请税务部门核对缴费日期后重新报送 | let the tax office check the day and send the row again
with
outside as (
    select c.campaign, p.person, p.scheme, cast(p.paid_at as date) as day
    from staging.payment as p
    join ref.scheme as s on s.scheme = p.scheme and s.year = p.year
    join ref.campaign as c on c.campaign = s.campaign
    where p.paid_at < c.opening or p.paid_at >= c.last_due + interval '31' day
)
select a.area_code, concat(o.campaign, ' ', o.scheme, ' ', cast(o.day as varchar)) as detail
from outside as o
left join core.person as p on p.person = o.person
left join ref.area as a on a.ordinal = p.area_no
