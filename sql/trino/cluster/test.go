package cluster

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

// ForTest starts a cluster with so many workers on the lake in a folder, and
// stops it at the end of the test. Where no server was fetched the test is
// skipped.
func ForTest(t *testing.T, lake string, workers int) *Cluster {
	t.Helper()
	home := os.Getenv("CANBAO_TRINO_HOME")
	if home == "" {
		t.Skip("skipped without a cluster: make cluster-test fetches one and runs this")
	}
	java, err := JDK()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(lake, 0o755); err != nil {
		t.Fatal(err)
	}
	c, err := Start(context.Background(), Options{Home: home, Java: java, Dir: filepath.Join(t.TempDir(), "nodes"), Lake: lake, Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	return c
}
