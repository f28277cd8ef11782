-- A snapshot of a program that knew no hardship road.
drop table mart.hardship_road;
