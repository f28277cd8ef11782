-- The documents whose number is too long to pack into a person key: the key is
-- then a hash that no key turns back, and under a new one the person could not
-- be found again. One row per such person, a handful in a city.
create table raw.document (
    person uuid not null primary key,
    document blob not null          -- type and number, sealed for the person
);
