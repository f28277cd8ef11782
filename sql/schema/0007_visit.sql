-- 走访反馈, key person, item, visited_on: what came of going from door to door.
-- Who went and what they noted are names and free text: ciphertext.
create table raw.visit (
    load integer not null,
    line bigint not null,
    shared boolean not null,
    person uuid not null,
    id_type varchar,
    item varchar not null,          -- id or title of the item the list was of
    answer varchar,                 -- NULL with visited_on: nobody went yet
    visited_on date,
    proof boolean,                  -- was shown; NULL is the default, no
    visitor blob,
    remark blob,
    repeated boolean default false
);

create view raw.visit_history as
select *, lead(load) over (partition by person, item, visited_on order by load, line) as replaced_by
from raw.visit
where not repeated;
