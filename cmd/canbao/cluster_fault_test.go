package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"canbao/sql/trino/cluster"
)

// clustered is a workspace with the city of six people, its rows in a lake and
// its builds on a cluster.
type clustered struct {
	*rotated
	*cluster.Cluster
	lake string
	want string // every figure, as the first build published it
}

var everyFigure = []string{"ranking", "--workspace", "city", "--as-of", "latest", "--level", "all", "--format", "csv"}

func newClustered(t *testing.T, o cluster.Options) *clustered {
	t.Helper()
	cluster.Home(t)
	r := newRotated(t, "CANBAO_ENGINE=trino", "CANBAO_LAKE_BUCKETS=4", "CANBAO_LANG=en")
	o.Lake = filepath.Join(r.dir, "city", "warehouse", "lake")
	c := &clustered{rotated: r, lake: o.Lake, Cluster: cluster.ForTestWith(t, o)}
	c.env = append(c.env, "CANBAO_ENGINE_URL="+c.URL())
	return c
}

// builds wants a build to succeed and every figure to be as the first time.
func (c *clustered) builds() {
	c.Helper()
	c.do("build", "--workspace", "city", "--quiet")
	switch got := c.do(everyFigure...); {
	case c.want == "":
		c.want = got
	case got != c.want:
		c.Errorf("the figures are\n%s, want\n%s", got, c.want)
	}
}

func (c *clustered) current() string {
	c.Helper()
	text, err := os.ReadFile(filepath.Join(c.dir, "city", "published", "CURRENT"))
	if err != nil {
		c.Fatal(err)
	}
	return string(text)
}

// trigger does something once, when a word is first written.
type trigger struct {
	mu   sync.Mutex
	text bytes.Buffer
	word string
	do   func()
}

func (w *trigger) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text.Write(p)
	if w.do != nil && strings.Contains(w.text.String(), w.word) {
		w.do()
		w.do = nil
	}
	return len(p), nil
}

// buildsUntil builds, does something once the progress tells a word, and wants
// the build to end with one of the words, nothing published.
func (c *clustered) buildsUntil(word string, do func(), ends ...string) {
	c.Helper()
	before := c.current()
	cmd, _, _ := c.command([]string{"build", "--workspace", "city"})
	said := &trigger{word: word, do: do}
	cmd.Stderr = said
	err := cmd.Run()
	if said.do != nil {
		c.Fatalf("the build never came to %q: %v\n%s", word, err, said.text.String())
	}
	told := false
	for _, end := range ends {
		told = told || strings.Contains(said.text.String(), end)
	}
	if code := cmd.ProcessState.ExitCode(); code != exitFailed || !told || !strings.Contains(said.text.String(), "no snapshot was published") {
		c.Errorf("the build exits with %d and says none of %q:\n%s", code, ends, said.text.String())
	}
	if after := c.current(); after != before {
		c.Errorf("the build that failed moved CURRENT from %s to %s", before, after)
	}
}

const (
	sayWorker = "a worker was lost in the middle of the work"
	sayBroken = "the coordinator broke off, or was started anew"
	sayNobody = "no engine runs at this address"
)

// TestClusterFaults kills nodes of the cluster in the middle of builds and
// damages files of the lake: nothing is published, the word is clear, and the
// same build afterwards gives the same figures.
func TestClusterFaults(t *testing.T) {
	c := newClustered(t, cluster.Options{Workers: 2})
	c.builds()

	c.buildsUntil("build 1", func() { c.Kill(0) }, sayWorker)
	c.builds() // by the other worker
	if err := c.Revive(t.Context()); err != nil {
		t.Fatal(err)
	}

	c.buildsUntil("build 1", c.KillCoordinator, sayBroken, sayNobody)
	if out := c.do("status", "--workspace", "city"); !strings.Contains(out, sayNobody) {
		t.Errorf("with no coordinator the status is\n%s", out)
	}
	if err := c.Revive(t.Context()); err != nil {
		t.Fatal(err)
	}
	if out := c.do("status", "--workspace", "city"); !strings.Contains(out, "engine Trino 476, 2 workers") {
		t.Errorf("the status is\n%s", out)
	}
	c.builds()
	c.damage()
}

// damage takes, shortens and spoils a file of the lake.
func (c *clustered) damage() {
	c.Helper()
	files, err := filepath.Glob(filepath.Join(c.lake, "roster", "*", "*.parquet"))
	if err != nil || len(files) == 0 {
		c.Fatal("the lake has no roster", err)
	}
	file := files[0]
	whole, err := os.ReadFile(file)
	if err != nil {
		c.Fatal(err)
	}
	spoilt := bytes.Repeat([]byte{0}, len(whole))
	before := c.current()
	for name, act := range map[string]func() error{
		"missing":   func() error { return os.Remove(file) },
		"truncated": func() error { return os.WriteFile(file, whole[:len(whole)/2], 0o600) },
		"spoilt":    func() error { return os.WriteFile(file, spoilt, 0o600) },
	} {
		if err := act(); err != nil {
			c.Fatal(err)
		}
		cmd, _, errs := c.command([]string{"build", "--workspace", "city", "--quiet"})
		cmd.Run()
		tail := filepath.ToSlash(filepath.Join("roster", filepath.Base(filepath.Dir(file)), filepath.Base(file)))
		if code := cmd.ProcessState.ExitCode(); code != exitFailed && code != exitRefuse || !strings.Contains(errs.String(), tail) {
			c.Errorf("a build with a file %s exits with %d and does not name %s:\n%s", name, code, tail, errs)
		}
		if after := c.current(); after != before {
			c.Errorf("a build with a file %s moved CURRENT from %s to %s", name, before, after)
		}
		if err := os.WriteFile(file, whole, 0o600); err != nil {
			c.Fatal(err)
		}
	}
	c.builds()
}

// TestClusterPassword asks a cluster that wants a password, and vouches for
// itself, with the right and with wrong ones.
func TestClusterPassword(t *testing.T) {
	const right = "correct horse"
	c := newClustered(t, cluster.Options{Workers: 1, Password: right})
	c.env = append(c.env, "CANBAO_ENGINE_USER="+cluster.User, "CANBAO_ENGINE_PASSWORD_FILE="+filepath.Join(c.dir, "password"))
	ca := "--engine-ca=" + c.CA()
	for _, k := range []struct {
		password string
		args     []string
		want     string
	}{
		{right, []string{ca}, "engine Trino 476, 1 workers"},
		{"wrong", []string{ca}, "does not accept this user or password"},
		{right, []string{ca, "--engine-user=nobody"}, "does not accept this user or password"},
		{right, nil, "nobody known vouches for the engine's certificate"},
	} {
		if err := os.WriteFile(filepath.Join(c.dir, "password"), []byte(k.password+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if out := c.do(append([]string{"status", "--workspace", "city"}, k.args...)...); !strings.Contains(out, k.want) {
			t.Errorf("with password %q and %q the status is\n%s, want %s", k.password, k.args, out, k.want)
		}
		if strings.HasPrefix(k.want, "engine") {
			continue
		}
		cmd, _, errs := c.command(append([]string{"build", "--workspace", "city"}, k.args...))
		cmd.Run()
		if code := cmd.ProcessState.ExitCode(); code != exitRefuse || !strings.Contains(errs.String(), k.want) || strings.Contains(errs.String(), right) {
			t.Errorf("with password %q and %q a build exits with %d: %s", k.password, k.args, code, errs)
		}
	}
}
