//go:build duckdb_arrow

package flight

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// clients is the folder where the clients we did not write are: python/ with
// adbc_driver_flightsql and pyarrow, java/ with the JDBC driver. CANBAO_CLIENTS
// names another one.
func clients(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("CANBAO_CLIENTS"); dir != "" {
		return dir
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip("no folder for the clients: ", err)
	}
	return filepath.Join(cache, "canbao", "clients")
}

// drive runs a program of a foreign client, which must say ok to all checks.
func drive(t *testing.T, cmd *exec.Cmd, checks ...string) {
	t.Helper()
	var out, wrong bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &wrong
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s\n%s", err, lastLine(wrong.Bytes()), out.String()+wrong.String())
	}
	for _, c := range checks {
		if !strings.Contains("\n"+out.String(), "\nok "+c+"\n") {
			t.Errorf("%s was not checked", c)
		}
	}
}

// TestPythonADBC: the ADBC Flight SQL driver of Python, through all it offers.
func TestPythonADBC(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3: the ADBC driver of Python is not tried")
	}
	path := "PYTHONPATH=" + filepath.Join(clients(t), "python")
	probe := exec.Command(python, "-c", "import adbc_driver_flightsql.dbapi, pyarrow")
	probe.Env = append(os.Environ(), path)
	if text, err := probe.CombinedOutput(); err != nil {
		t.Skipf("the ADBC driver of Python is not installed (.ci/run installs it): %s", lastLine(text))
	}
	s := serve(t, city(t), nil)
	token, _, err := s.users.NewToken("zhang", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, python, filepath.Join("testdata", "client.py"), s.uri("grpc+tls"), s.cert, "zhang", password, token)
	cmd.Env = append(os.Environ(), path)
	drive(t, cmd, "types", "values", "snapshot", "parameters", "null parameter", "named parameter", "objects", "columns", "remarks",
		"column that is none", "update", "transaction", "ten million rows", "cancel in the middle", "cancelled soon",
		"cancel before the first row", "wrong password", "unknown certificate", "token", "wrong token")
}

func lastLine(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return lines[len(lines)-1]
}

// TestJavaJDBC: the Flight SQL JDBC driver, through all that tools call.
func TestJavaJDBC(t *testing.T) {
	java, err := exec.LookPath("java")
	if err != nil {
		t.Skip("no java: the JDBC driver is not tried")
	}
	jars, err := filepath.Glob(filepath.Join(clients(t), "java", "flight-sql-jdbc-driver-*.jar"))
	if err != nil || len(jars) == 0 {
		t.Skip("the Flight SQL JDBC driver is not installed (.ci/run installs it)")
	}
	s := serve(t, city(t), nil)
	token, _, err := s.users.NewToken("zhang", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, java, "--add-opens=java.base/java.nio=ALL-UNNAMED", "-Dfile.encoding=UTF-8", "-Duser.timezone=Asia/Shanghai",
		"-cp", jars[len(jars)-1], filepath.Join("testdata", "Client.java"), strconv.Itoa(s.port), s.cert, "zhang", password, token)
	drive(t, cmd, "types", "decimal", "Chinese", "Chinese name", "date", "timestamp", "null", "rows by parameter", "null parameter",
		"tables", "columns", "remarks", "type info", "column that is none", "update", "ten million rows", "cancel in the middle",
		"cancelled soon", "after a cancel", "wrong password", "unknown certificate", "token", "wrong token")
}
