-- One row per day, scheme and source whose statement totals differ from the transactions loaded for
-- the day: successful payments less what was given back. A bank's statement speaks of the channels
-- and banks it names only.
-- severity: warning
-- title: 对账不符 | statements that disagree
-- why: 税务、国库、银行、医保的账必须一致 | the books of tax, treasury, banks and medical insurance must agree
-- do: 请各方逐笔核对当日明细 | let the parties compare the transactions of the day
select
    cast(null as varchar) as area_code,
    concat(cast(date as varchar), ' ', source, ' ', scheme, ' ', coalesce(channel, ''), ' ', coalesce(bank, ''), ': ',
        cast(stated_count as varchar), ' / ', cast(recorded_count as varchar), ', ', cast(stated_amount as varchar), ' / ',
        cast(recorded_amount as varchar)) as detail
from mart.books
where exists (select 1 from staging.payment)
  and (stated_count <> recorded_count or stated_amount <> recorded_amount)
