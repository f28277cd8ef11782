-- The user's areas as they are, and all others of the city together, under the code of the
-- city: so the sum over all rows is the city's. Rows of fewer than five transactions go, for
-- the day, without channel and bank; what are fewer than five even then is left out, and the
-- sum is short of it.
with
rest as (
    select
        campaign,
        scheme,
        tried_on,
        channel,
        bank,
        sum(failures) as failures,
        sum(people) as people,
        sum(amount) as amount
    from whole.mart.payment_failed
    where area_code is null or area_code not in (select area_code from own)
    group by campaign, scheme, tried_on, channel, bank
),
folded as (
    select * replace (
        case when failures >= 5 then channel end as channel,
        case when failures >= 5 then bank end as bank
    )
    from rest
)
select p.*
from whole.mart.payment_failed as p
where p.area_code in (select area_code from own)
union all
select
    campaign,
    scheme,
    (select min(a.parent) from whole.ref.area as a join own using (area_code) where a.level = 'town') as area_code,
    tried_on,
    channel,
    bank,
    cast(sum(failures) as bigint) as failures,
    cast(sum(people) as bigint) as people,
    cast(sum(amount) as decimal(18, 2)) as amount
from folded
group by campaign, scheme, tried_on, channel, bank
having sum(failures) >= 5
