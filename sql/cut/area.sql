-- The city and its towns, whose names everybody knows, and the villages of the towns.
select a.*
from whole.ref.area as a
where a.level in ('city', 'town') or a.area_code in (select area_code from own)
