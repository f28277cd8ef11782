import java.math.BigDecimal;
import java.sql.*;
import java.time.LocalDateTime;
import java.util.*;
import java.util.concurrent.*;

/**
 * Drives a canbao wire with the Flight SQL JDBC driver, as DBeaver or a program would.
 *
 * <p>java -cp DRIVER.jar Client.java PORT CERTIFICATE NAME PASSWORD TOKEN
 *
 * <p>Every check that holds is printed as a line of its own; the first that does not ends the program.
 */
public class Client {
  static final long BIG = 10_000_000;
  static final Calendar UTC = Calendar.getInstance(TimeZone.getTimeZone("UTC"));
  static String url;

  public static void main(String[] args) throws Exception {
    String name = args[2], password = args[3], token = args[4];
    url = "jdbc:arrow-flight-sql://localhost:" + args[0] + "/?useEncryption=true&tlsRootCerts=" + args[1];
    refused("wrong password", "wrong name or password", () -> connect("user", name, "password", "guess"));
    refused("unknown name", "wrong name or password", () -> connect("user", "nobody", "password", password));
    String known = url;
    url = "jdbc:arrow-flight-sql://localhost:" + args[0] + "/?useEncryption=true";
    refused("unknown certificate", "", () -> connect("user", name, "password", password));
    url = known;
    try (Connection c = connect("user", name, "password", password)) {
      types(c);
      parameters(c);
      metadata(c.getMetaData());
      errors(c);
      large(c);
      cancel(c);
    }
    try (Connection c = connect("token", token)) {
      check("token", one(c, "select 1"), 1);
    }
    refused("wrong token", "wrong name or password", () -> connect("token", token + "x"));
    System.exit(0);
  }

  static Connection connect(String... pairs) throws SQLException {
    Properties p = new Properties();
    for (int i = 0; i < pairs.length; i += 2) {
      p.setProperty(pairs[i], pairs[i + 1]);
    }
    return DriverManager.getConnection(url, p);
  }

  static void types(Connection c) throws SQLException {
    String sql = "select cast(7 as bigint) as big, cast(-3 as integer) as small, 0.25::double as rate,"
        + " cast(-12345678901234.56 as decimal(18, 2)) as money, '义乌市“稠城”' as place, true as met,"
        + " date '2020-12-25' as day, timestamp '2020-12-25 23:59:59.123' as moment,"
        + " 'ab'::blob as bytes, null::bigint as nothing, 1 as \"名\"";
    try (Statement s = c.createStatement(); ResultSet r = s.executeQuery(sql)) {
      ResultSetMetaData m = r.getMetaData();
      List<Integer> kinds = new ArrayList<>();
      for (int i = 1; i <= m.getColumnCount(); i++) {
        kinds.add(m.getColumnType(i));
      }
      check("types", kinds, List.of(Types.BIGINT, Types.INTEGER, Types.DOUBLE, Types.DECIMAL, Types.VARCHAR, Types.BOOLEAN,
          Types.DATE, Types.TIMESTAMP, Types.VARBINARY, Types.BIGINT, Types.INTEGER));
      check("a row", r.next(), true);
      check("bigint", r.getLong("big"), 7L);
      check("integer", r.getInt(2), -3);
      check("double", r.getDouble(3), 0.25);
      check("decimal", r.getBigDecimal(4), new BigDecimal("-12345678901234.56"));
      check("Chinese", r.getString(5), "义乌市“稠城”");
      check("boolean", r.getBoolean(6), true);
      check("date", r.getDate(7).toString(), "2020-12-25");
      // The driver takes moments without a zone for moments of UTC: other ways to read them are off by the machine's zone.
      check("timestamp", r.getObject(8, LocalDateTime.class).toString(), "2020-12-25T23:59:59.123");
      check("timestamp of UTC", r.getTimestamp(8, UTC).getTime(), Timestamp.valueOf("2020-12-25 23:59:59.123").getTime());
      check("bytes", new String(r.getBytes(9)), "ab");
      check("null", r.getLong(10) == 0 && r.wasNull() && r.getObject(10) == null, true);
      check("Chinese name", m.getColumnLabel(11), "名");
      check("one row", r.next(), false);
    }
  }

  static void parameters(Connection c) throws SQLException {
    String sql = "select n, cast(? as varchar) as t from range(1000) as r (n) where n >= ? and ? <= date '2020-12-25' and ? < 0.5 order by n";
    try (PreparedStatement p = c.prepareStatement(sql)) {
      for (int from : new int[] {990, 995}) {
        p.setString(1, "佛堂镇");
        p.setLong(2, from);
        p.setDate(3, java.sql.Date.valueOf("2020-11-01"));
        p.setBigDecimal(4, new BigDecimal("0.2"));
        try (ResultSet r = p.executeQuery()) {
          int n = 0;
          while (r.next()) {
            check("parameter " + from, r.getLong(1) == from + n && r.getString(2).equals("佛堂镇"), true);
            n++;
          }
          check("rows by parameter", n, 1000 - from);
        }
      }
    }
    try (PreparedStatement p = c.prepareStatement("select count(*) from mart.person where area_code = ? or ? is null")) {
      p.setString(1, "330782001001");
      p.setNull(2, Types.VARCHAR);
      try (ResultSet r = p.executeQuery()) {
        check("null parameter", r.next() && r.getLong(1) > 0, true);
      }
    }
  }

  static void metadata(DatabaseMetaData m) throws SQLException {
    check("server", m.getDatabaseProductName(), "canbao");
    check("read-only", m.isReadOnly(), true);
    check("quote", m.getIdentifierQuoteString(), "\"");
    check("no transactions", m.supportsTransactions(), false);
    check("table types", all(m.getTableTypes(), "TABLE_TYPE"), List.of("TABLE"));
    check("schemas", all(m.getSchemas(), "TABLE_SCHEM"), List.of("mart", "ref"));
    check("catalogs", all(m.getCatalogs(), "TABLE_CAT"), List.of());
    check("tables", all(m.getTables(null, "mart", "pers%", null), "TABLE_NAME"), List.of("person"));
    check("tables of a type", all(m.getTables(null, null, "person", new String[] {"VIEW"}), "TABLE_NAME"), List.of());
    try (ResultSet r = m.getColumns(null, "mart", "standing", "%")) {
      Map<String, String> types = new LinkedHashMap<>();
      boolean remarks = true;
      while (r.next()) {
        types.put(r.getString("COLUMN_NAME"), r.getString("TYPE_NAME") + " " + r.getInt("DATA_TYPE"));
        remarks &= r.getString("REMARKS") != null && !r.getString("REMARKS").isEmpty();
      }
      check("columns", types.get("as_of") + ", " + types.get("expected"), "DATE " + Types.DATE + ", BIGINT " + Types.BIGINT);
      check("remarks", remarks, true);
    }
    check("primary keys", all(m.getPrimaryKeys(null, "mart", "person"), "COLUMN_NAME"), List.of());
    check("imported keys", all(m.getImportedKeys(null, "mart", "person"), "FKCOLUMN_NAME"), List.of());
    // The driver never asks the server for its types; it must not fail either.
    check("type info", all(m.getTypeInfo(), "TYPE_NAME"), List.of());
    check("functions", m.getNumericFunctions().contains("ABS") && m.getSQLKeywords().contains("QUALIFY"), true);
    m.getMaxConnections();
    m.supportsGroupBy();
    m.supportsFullOuterJoins();
    m.supportsUnionAll();
    m.getDefaultTransactionIsolation();
  }

  static List<String> all(ResultSet r, String column) throws SQLException {
    List<String> found = new ArrayList<>();
    try (r) {
      while (r.next()) {
        found.add(r.getString(column));
      }
    }
    return found;
  }

  static void errors(Connection c) throws Exception {
    refused("column that is none", "line 2, column 5", () -> one(c, "select 1\n  , nonesuch from mart.person"));
    refused("update", "a query reads", () -> {
      try (Statement s = c.createStatement()) {
        s.executeUpdate("delete from mart.person");
      }
    });
    check("after an error", one(c, "select 1"), 1);
  }

  static Object one(Connection c, String sql) throws SQLException {
    try (Statement s = c.createStatement(); ResultSet r = s.executeQuery(sql)) {
      r.next();
      return r.getObject(1);
    }
  }

  static void large(Connection c) throws SQLException {
    long rows = 0, total = 0;
    String sql = "select n, n * 2 as m, n % 3 = 0 as x, '村' || n % 700 as v from range(" + BIG + ") as r (n)";
    try (Statement s = c.createStatement(); ResultSet r = s.executeQuery(sql)) {
      while (r.next()) {
        rows++;
        total += r.getLong(1);
      }
    }
    check("ten million rows", rows + " " + total, BIG + " " + BIG * (BIG - 1) / 2);
  }

  static void cancel(Connection c) throws Exception {
    try (Statement s = c.createStatement(); ResultSet r = s.executeQuery("select n from range(100000000000) as r (n)")) {
      r.next();
      Executors.newSingleThreadScheduledExecutor().schedule(() -> {
        s.cancel();
        return null;
      }, 300, TimeUnit.MILLISECONDS);
      long start = System.nanoTime();
      refused("cancel in the middle", "ancel", () -> {
        while (r.next()) {
          r.getLong(1);
        }
      });
      check("cancelled soon", System.nanoTime() - start < 10_000_000_000L, true);
    }
    check("after a cancel", one(c, "select 1"), 1);
  }

  interface Doing {
    void run() throws Exception;
  }

  static void refused(String what, String words, Doing doing) throws Exception {
    try {
      doing.run();
    } catch (Exception e) {
      StringBuilder said = new StringBuilder();
      for (Throwable t = e; t != null; t = t.getCause()) {
        said.append(t).append('\n');
      }
      if (!said.toString().contains(words)) {
        e.printStackTrace();
        fail(what + ": does not say " + words);
      }
      System.out.println("ok " + what);
      return;
    }
    fail(what + ": it was not refused");
  }

  static void check(String what, Object got, Object want) {
    if (!Objects.equals(got, want)) {
      fail(what + ": got " + got + ", want " + want);
    }
    System.out.println("ok " + what);
  }

  static void fail(String why) {
    System.err.println(why);
    System.exit(1);
  }
}
