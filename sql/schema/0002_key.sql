-- The key the warehouse is sealed with, by its id: people sealed with another
-- would never be recognised again. One row, from the first load on.
create table raw.key (key_id varchar not null);
