-- How many rows of each dataset were loaded when, of the whole city. What a file is called
-- may speak of another town, and so may the reasons of single rows.
select l.* replace (
    '' as file,
    cast(null as varchar) as part,
    cast(null as varchar) as reasons,
    cast(null as varchar) as office
)
from whole.mart.load as l
