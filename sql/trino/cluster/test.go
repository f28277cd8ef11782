package cluster

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ForTest starts a cluster with so many workers on the lake in a folder, and
// stops it at the end of the test. Where no server was fetched the test is
// skipped.
func ForTest(t *testing.T, lake string, workers int) *Cluster {
	t.Helper()
	return ForTestWith(t, Options{Lake: lake, Workers: workers})
}

// ForTestWith is ForTest with further options; those that say where things lie
// on this machine are filled in.
func ForTestWith(t *testing.T, o Options) *Cluster {
	t.Helper()
	o.Home = Home(t)
	var err error
	if o.Java, err = JDK(); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(o.Lake, "s3://") {
		if err := os.MkdirAll(o.Lake, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	o.Dir = filepath.Join(t.TempDir(), "nodes")
	c, err := Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Stop()
		if t.Failed() {
			for _, n := range c.nodes {
				t.Logf("the last of %s's log:\n%s", n.name, n.tail())
			}
		}
	})
	return c
}

// Home is the folder of the server that make cluster-test has fetched; without
// one the test is skipped.
func Home(t *testing.T) string {
	t.Helper()
	home := os.Getenv("CANBAO_TRINO_HOME")
	if home == "" {
		t.Skip("cluster tests are skipped: make cluster-test fetches and starts an engine")
	}
	return home
}
