"""Drives a canbao wire with the ADBC Flight SQL driver, as an analyst would.

    python3 client.py URI CERTIFICATE NAME PASSWORD TOKEN

Every check that holds is printed as a line of its own; the first that does not
ends the program.
"""

import datetime
import decimal
import sys
import threading
import time

import adbc_driver_flightsql.dbapi as flightsql
import adbc_driver_manager
import pyarrow
from adbc_driver_flightsql import DatabaseOptions

uri, certificate, name, password, token = sys.argv[1:]
with open(certificate) as f:
    roots = {DatabaseOptions.TLS_ROOT_CERTS.value: f.read()}
BIG = 10_000_000


def connect(**more):
    options = roots | {"username": name, "password": password}
    return flightsql.connect(uri, db_kwargs=options | more, autocommit=True)


def check(what, got, want):
    if got != want:
        sys.exit(f"{what}: got {got!r}, want {want!r}")
    print("ok", what, flush=True)


def refused(what, kind, words, do):
    try:
        do()
    except kind as e:
        if words not in str(e):
            sys.exit(f"{what}: {e} does not say {words!r}")
        print("ok", what, flush=True)
        return e
    sys.exit(f"{what}: it was not refused")


def one(cursor, sql, parameters=None):
    cursor.execute(sql, parameters)
    return cursor.fetchone()


def types(cursor):
    cursor.execute("""
        select cast(7 as bigint) as big, cast(-3 as integer) as small, 0.25::double as rate,
            cast(-12345678901234.56 as decimal(18, 2)) as money, '义乌市“稠城”' as place, true as met,
            date '2020-12-25' as day, timestamp '2020-12-25 23:59:59.123456' as moment,
            timestamptz '2020-12-25 16:00:00+00' as instant, time '08:30:00' as clock,
            'ab'::blob as bytes, null::bigint as nothing""")
    table = cursor.fetch_arrow_table()
    check("types", [str(f.type) for f in table.schema], [
        "int64", "int32", "double", "decimal128(18, 2)", "string", "bool", "date32[day]", "timestamp[us]",
        "timestamp[us, tz=Asia/Shanghai]", "time64[us]", "binary", "int64"])
    row = table.to_pylist()[0]
    instant = row.pop("instant")
    check("values", list(row.values()), [
        7, -3, 0.25, decimal.Decimal("-12345678901234.56"), "义乌市“稠城”", True, datetime.date(2020, 12, 25),
        datetime.datetime(2020, 12, 25, 23, 59, 59, 123456), datetime.time(8, 30), b"ab", None])
    check("instant", instant.timestamp(), 1608912000.0)
    check("snapshot", table.schema.metadata[b"canbao.snapshot"].isdigit(), True)


def parameters(cursor):
    check("parameters", one(cursor, "select ? + 1, ?, cast(? as date), ?, ?",
                            [41, "佛堂镇", datetime.date(2020, 11, 1), 0.5, True]),
          (42, "佛堂镇", datetime.date(2020, 11, 1), 0.5, True))
    check("null parameter", one(cursor, "select ? is null", [None]), (True,))
    check("rows by parameter", one(cursor, "select count(*) from range(1000) as r (n) where n >= ?", [990]), (10,))
    check("named parameter", one(cursor, "select $more * 10 + $less",
                                 pyarrow.record_batch({"less": [2], "more": [4]})), (42,))
    refused("two rows of parameters", adbc_driver_manager.Error, "one row", lambda: one(
        cursor, "select ?", pyarrow.record_batch({"x": [1, 2]})))
    cursor.adbc_prepare("select n, ? as x from range(3) as r (n) where n < ?")
    check("prepared twice", [one(cursor, "select ? as x", [i]) for i in (1, 2)], [(1,), (2,)])


def metadata(connection):
    info = connection.adbc_get_info()
    check("server", info["vendor_name"], "canbao")
    check("table types", connection.adbc_get_table_types(), ["TABLE"])
    objects = connection.adbc_get_objects(depth="all", db_schema_filter="mart", table_name_filter="pers%").read_all().to_pylist()
    found = [(o["catalog_name"], s["db_schema_name"], t["table_name"]) for o in objects
             for s in o["catalog_db_schemas"] for t in s["db_schema_tables"]]
    check("objects", found, [("", "mart", "person")])
    columns = objects[0]["catalog_db_schemas"][0]["db_schema_tables"][0]["table_columns"]
    check("columns", [c["column_name"] for c in columns][:2], ["campaign", "person_no"])
    check("type names", [c["xdbc_type_name"] for c in columns][:3], ["VARCHAR", "INTEGER", "UUID"])
    schema = connection.adbc_get_table_schema("standing", db_schema_filter="mart")
    check("table schema", str(schema.field("as_of").type), "date32[day]")
    check("remarks", all(f.metadata.get(b"ARROW:FLIGHT:SQL:REMARKS") for f in schema), True)
    everything = connection.adbc_get_objects(depth="tables").read_all().to_pylist()
    check("schemas", sorted(s["db_schema_name"] for o in everything for s in o["catalog_db_schemas"]), ["mart", "ref"])


def errors(connection, cursor):
    refused("column that is none", adbc_driver_manager.ProgrammingError, "line 2, column 5",
            lambda: cursor.execute("select 1\n  , nonesuch from mart.person"))
    refused("update", adbc_driver_manager.Error, "a query reads", lambda: cursor.execute("delete from mart.person"))
    refused("update without a result", adbc_driver_manager.Error, "read-only",
            lambda: cursor.executescript("create table t (x int)"))
    refused("ingest", adbc_driver_manager.Error, "", lambda: cursor.adbc_ingest("t", pyarrow.table({"x": [1]})))
    check("after an error", one(cursor, "select 1"), (1,))
    refused("transaction", adbc_driver_manager.Error, "", lambda: connection.adbc_connection.set_autocommit(False))


def large(cursor):
    cursor.execute(f"select n, n * 2 as m, n % 3 = 0 as x, '村' || n % 700 as v from range({BIG}) as r (n)")
    rows, total = 0, 0
    for batch in cursor.fetch_record_batch():
        rows += batch.num_rows
        total += pyarrow.compute.sum(batch.column(0)).as_py()
    check("ten million rows", (rows, total), (BIG, BIG * (BIG - 1) // 2))


def cancel(connection):
    cursor = connection.cursor()
    cursor.execute("select n from range(100000000000) as r (n)")
    batches = cursor.fetch_record_batch()
    next(batches)
    threading.Timer(0.3, cursor.adbc_cancel).start()
    start = time.monotonic()

    def all_of_it():
        for _ in batches:
            pass
    refused("cancel in the middle", (adbc_driver_manager.Error, pyarrow.ArrowException, OSError), "ancel", all_of_it)
    check("cancelled soon", time.monotonic() - start < 10, True)
    cursor = connection.cursor()
    endless = "select count(*) from range(10000000) as a (x), range(1000000) as b (y) where x % 7 = y % 11"
    threading.Timer(0.3, cursor.adbc_cancel).start()
    refused("cancel before the first row", adbc_driver_manager.Error, "ancel", lambda: one(cursor, endless))


def main():
    refused("wrong password", adbc_driver_manager.Error, "wrong name or password", lambda: connect(password="guess"))
    refused("unknown name", adbc_driver_manager.Error, "wrong name or password", lambda: connect(username="nobody"))
    refused("unknown certificate", adbc_driver_manager.Error, "certificate",
            lambda: connect(**{DatabaseOptions.TLS_ROOT_CERTS.value: ""}))
    with connect() as connection, connection.cursor() as cursor:
        types(cursor)
        parameters(cursor)
        metadata(connection)
        errors(connection, cursor)
        large(cursor)
        cancel(connection)
    by_token = roots | {DatabaseOptions.AUTHORIZATION_HEADER.value: "Bearer " + token}
    with flightsql.connect(uri, db_kwargs=by_token, autocommit=True) as connection, connection.cursor() as cursor:
        check("token", one(cursor, "select 1"), (1,))
    by_token[DatabaseOptions.AUTHORIZATION_HEADER.value] += "x"
    def by_wrong_token():
        with flightsql.connect(uri, db_kwargs=by_token, autocommit=True) as connection, connection.cursor() as cursor:
            one(cursor, "select 1")
    refused("wrong token", adbc_driver_manager.Error, "wrong name or password", by_wrong_token)


main()
