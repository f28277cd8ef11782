package trino

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	client "github.com/trinodb/trino-go-client/trino"

	"canbao/etl/refuse"
)

const at = "http://trino.example.gov:8080"

// TestFaultsOfTheEngine are errors that a cluster of version 476 has given.
func TestFaultsOfTheEngine(t *testing.T) {
	for _, c := range []struct{ name, kind, message, want, zh string }{
		{"SYNTAX_ERROR", "USER_ERROR", "line 1:1: mismatched input 'selec'. Expecting: 'ALTER'",
			at + ": the engine cannot answer the query: line 1: mismatched input 'selec'. Expecting: 'ALTER'; the query is to be in Trino's SQL",
			at + "：计算引擎不能回答这个查询：line 1: mismatched input 'selec'. Expecting: 'ALTER'；查询要用 Trino 的 SQL 写"},
		{"SCHEMA_NOT_FOUND", "USER_ERROR", "line 2:3: Schema 'core_12' does not exist",
			at + ": the cluster no longer has the tables of this snapshot: line 2: Schema 'core' does not exist; run canbao build again",
			at + "：集群上没有这个快照的表：line 2: Schema 'core' does not exist；重新运行 canbao build"},
		{"TABLE_NOT_FOUND", "USER_ERROR", "line 1:15: Table 'lake.mart_12.persons' does not exist",
			at + ": the engine cannot answer the query: line 1: Table 'mart.persons' does not exist; the query is", ""},
		{"COLUMN_NOT_FOUND", "USER_ERROR", "line 1:8: Column 'nope' cannot be resolved",
			at + ": the engine cannot answer the query: line 1: Column 'nope' cannot be resolved; the query is", ""},
		{"CATALOG_NOT_FOUND", "USER_ERROR", "line 1:15: Catalog 'nocat' not found",
			at + ": the engine has no such catalog: line 1: Catalog 'nocat' not found; check engine_catalog", ""},
		{"INVALID_CAST_ARGUMENT", "USER_ERROR", "Cannot cast 'x' to BIGINT",
			at + ": the engine cannot answer the query: Cannot cast 'x' to BIGINT; the query is", ""},
		{"TYPE_MISMATCH", "USER_ERROR", "line 1:11: Cannot apply operator: varchar(1) + integer",
			at + ": the engine cannot answer the query: line 1: Cannot apply operator: varchar(1) + integer; the query is", ""},
		{"TOO_MANY_REQUESTS_FAILED", "INTERNAL_ERROR", "Encountered too many errors talking to a worker node. The node may have crashed or be under too much load.",
			at + ": a worker was lost in the middle of the work; see with canbao status", ""},
		{"GENERIC_INTERNAL_ERROR", "INTERNAL_ERROR", "No catalog handle for partitioning handle: SINGLE",
			at + ": the engine failed with GENERIC_INTERNAL_ERROR: No catalog handle for partitioning handle: SINGLE; see the coordinator's log", ""},
		{"DIVISION_BY_ZERO", "USER_ERROR", "Division by zero", at + ": the engine cannot answer the query: Division by zero; the query is", ""},
	} {
		err := faultAt(at, &client.ErrQueryFailed{StatusCode: 200, Reason: &client.ErrTrino{ErrorName: c.name, ErrorType: c.kind, Message: c.message}})
		if !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s is told as\n%s, want\n%s", c.name, err, c.want)
		}
		var refused *refuse.Error
		if wrong := errors.As(err, &refused); wrong != (c.kind == "USER_ERROR") {
			t.Errorf("%s is a refusal: %v", c.name, wrong)
		}
		if c.zh != "" && !strings.HasPrefix(strings.Replace(refused.In("zh"), at+": ", at+"：", 1), c.zh) {
			t.Errorf("%s is told as %s, want %s", c.name, refused.In("zh"), c.zh)
		}
	}
}

// A file is told by the end of its path: where the lake lies is nobody's
// business, and long.
func TestFaultNamesTheFile(t *testing.T) {
	const message = "Error opening Hive split local:///city/roster/load=3-1/000002_0.parquet (offset=0, length=4096): Read failed"
	err := faultAt(at, &client.ErrQueryFailed{Reason: &client.ErrTrino{ErrorName: "HIVE_CANNOT_OPEN_SPLIT", ErrorType: "EXTERNAL", Message: message}})
	var f *Fault
	if !errors.As(err, &f) || f.Where != "roster/load=3-1/000002_0.parquet" || strings.Contains(err.Error(), "local:") {
		t.Errorf("a damaged file is told as %v", err)
	}
}

// Every meaning speaks both languages and says what to do.
func TestMeaningsAreWhole(t *testing.T) {
	for name, m := range meanings {
		for _, text := range []string{m.what.ZH, m.what.EN, m.do.ZH, m.do.EN} {
			if text == "" {
				t.Errorf("%s is told in part: %+v", name, m)
			}
		}
	}
}

func TestFaultLeavesWhatIsTold(t *testing.T) {
	told := &refuse.Error{What: refuse.Text{EN: "no"}}
	if got := faultAt(at, fmt.Errorf("build: %w", told)); !errors.Is(got, error(told)) {
		t.Errorf("a refusal became %v", got)
	}
	if got := faultAt(at, fmt.Errorf("ask: %w", context.Canceled)); !errors.Is(got, context.Canceled) || errors.As(got, new(*Fault)) {
		t.Errorf("an interruption became %v", got)
	}
	if got := faultAt(at, nil); got != nil {
		t.Errorf("nothing became %v", got)
	}
	if got := faultAt("http://me:secret@host", errors.New("odd")); strings.Contains(got.Error(), "secret") {
		t.Errorf("a password is told: %v", got)
	}
}

// coordinator answers every query with the rows of system.runtime.nodes.
func coordinator(nodes ...[]any) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		column := func(name, kind string) map[string]any {
			return map[string]any{"name": name, "type": kind, "typeSignature": map[string]any{"rawType": kind, "arguments": []any{}}}
		}
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodPost {
			scheme := "http://"
			if r.TLS != nil {
				scheme = "https://"
			}
			json.NewEncoder(w).Encode(map[string]any{"id": "1", "nextUri": scheme + r.Host + "/v1/statement/1"})
			return
		}
		json.NewEncoder(w).Encode(map[string]any{
			"id": "1", "infoUri": "http://" + r.Host, "stats": map[string]any{"state": "FINISHED"},
			"columns": []any{column("node_id", "varchar"), column("node_version", "varchar"), column("state", "varchar"), column("coordinator", "boolean")},
			"data":    nodes,
		})
	})
}

// TestWrongEngines opens what is no engine, or none of ours, in every way.
func TestWrongEngines(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>Welcome to nginx!</html>") })
	login := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	serve := func(h http.Handler) string {
		s := httptest.NewServer(h)
		t.Cleanup(s.Close)
		return s.URL
	}
	safe := httptest.NewUnstartedServer(coordinator([]any{"a", "476", "active", true}))
	safe.Config.ErrorLog = log.New(io.Discard, "", 0)
	safe.StartTLS()
	t.Cleanup(safe.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: safe.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		o       Options
		refused bool
		want    string // "" where all is well
	}{
		{"ours", Options{URL: serve(coordinator([]any{"a", "476", "active", true}, []any{"b", "476", "active", false}))}, false, ""},
		{"newer", Options{URL: serve(coordinator([]any{"a", "480-e.1", "active", true}, []any{"b", "480-e.1", "active", false}))}, false, ""},
		{"older", Options{URL: serve(coordinator([]any{"a", "435", "active", true}))}, true, "the engine is version 435"},
		{"of two versions", Options{URL: serve(coordinator([]any{"a", "476", "active", true}, []any{"b", "477", "active", false}))}, true, "the cluster mixes versions"},
		{"no version", Options{URL: serve(coordinator([]any{"a", "dev", "active", true}))}, true, "the engine is version dev"},
		{"a page", Options{URL: serve(page)}, true, "is no Trino"},
		{"nothing found", Options{URL: serve(http.NotFoundHandler())}, true, "is no Trino"},
		{"another user", Options{URL: serve(login)}, true, "does not accept this user or password; check engine_user, engine_password_file"},
		{"nobody", Options{URL: "http://" + closed.Addr().String()}, false, "no engine runs at this address; start the Trino coordinator"},
		{"unknown certificate", Options{URL: safe.URL}, true, "nobody known vouches for the engine's certificate"},
		{"known certificate", Options{URL: safe.URL, CA: ca}, false, ""},
		{"certificate of another name", Options{URL: strings.Replace(safe.URL, "127.0.0.1", "localhost", 1), CA: ca}, true, "is for another host name"},
		{"https at http", Options{URL: strings.Replace(serve(page), "http:", "https:", 1)}, true, "it is http where the address says https"},
		{"http at https", Options{URL: strings.Replace(safe.URL, "https:", "http:", 1)}, true, "it is http where the address says https"},
		{"no such host", Options{URL: "http://no-such-host.invalid:8080"}, true, "there is no host of this name"},
	} {
		c.o.User = "canbao"
		db, err := Open(t.Context(), c.o)
		var refused *refuse.Error
		switch {
		case err == nil:
			db.Close()
			if c.want != "" {
				t.Errorf("%s is taken", c.name)
			}
		case c.want == "" || !strings.Contains(err.Error(), c.want) || errors.As(err, &refused) != c.refused:
			t.Errorf("%s is told as %T %v, want %q", c.name, err, err, c.want)
		}
	}
}
