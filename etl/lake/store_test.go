package lake

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"canbao/etl/refuse"
)

// office is an object store of a test, with a bucket, that can be told to fail.
type office struct {
	*warehouse
	server *httptest.Server
	deny   atomic.Bool  // it knows no keys any more
	puts   atomic.Int64 // that still succeed, counted down; below zero for any number
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{warehouse: newWarehouse(t)}
	o.puts.Store(-1)
	backend := s3mem.New()
	o.must(backend.CreateBucket("insurance"))
	real := gofakes3.New(backend).Server()
	o.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		no := func(status int, code string) {
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(status)
			fmt.Fprintf(w, "<Error><Code>%s</Code><Message>no</Message></Error>", code)
		}
		switch {
		case o.deny.Load() || !strings.Contains(r.Header.Get("Authorization"), "Credential=clerk/"):
			no(http.StatusForbidden, "InvalidAccessKeyId")
		case r.Method == http.MethodPut && strings.Contains(r.URL.Path, "load=") && o.puts.Load() >= 0 && o.puts.Add(-1) < 0:
			o.puts.Store(0)
			no(http.StatusForbidden, "QuotaExceeded")
		default:
			real.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(o.server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "clerk")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	o.place.Store = "s3://insurance/city of yiwu/lake?path_style=true&region=cn-north-1&endpoint=" + o.server.URL
	return o
}

// objects are those of the bucket but for the mark.
func (o *office) objects() map[string]int64 {
	o.Helper()
	st, err := openStore(o.place.Store)
	o.must(err)
	all, err := st.files(context.Background())
	o.must(err)
	delete(all, mark)
	return all
}

// same wants the bucket, the copy and the ledger to hold the same files.
func (o *office) same() {
	o.Helper()
	listed, err := listedFiles(context.Background(), o.DB)
	o.must(err)
	disk := map[string]int64{}
	for _, name := range o.files() {
		info, err := os.Stat(filepath.Join(o.place.Folder, name))
		o.must(err)
		disk[name] = info.Size()
	}
	ledger := map[string]int64{}
	for folder, files := range listed {
		for name, bytes := range files {
			ledger[folder+"/"+name] = bytes
		}
	}
	if diff := cmp.Diff(ledger, o.objects()); diff != "" {
		o.Errorf("the bucket (-ledger +bucket):\n%s", diff)
	}
	if diff := cmp.Diff(ledger, disk); diff != "" {
		o.Errorf("the copy (-ledger +disk):\n%s", diff)
	}
}

// try has a transaction write rows, and takes it back where they cannot be.
func (o *office) try(statements ...string) error {
	o.Helper()
	ctx := context.Background()
	conn, err := o.Conn(ctx)
	o.must(err)
	defer conn.Close()
	l, err := Of(ctx, conn)
	o.must(err)
	for _, s := range append([]string{"begin"}, statements...) {
		_, err := conn.ExecContext(ctx, s)
		o.must(err)
	}
	if err := l.Flush(ctx); err != nil {
		_, undo := conn.ExecContext(ctx, "rollback")
		o.must(undo)
		l.Ended(true)
		return err
	}
	_, err = conn.ExecContext(ctx, "commit")
	o.must(err)
	l.Kept()
	return nil
}

// TestStore keeps a lake in a bucket: what is written and taken away is so in the
// bucket and in the copy, a lost copy is fetched again, and orphans are cleared.
func TestStore(t *testing.T) {
	ctx := context.Background()
	o := newOffice(t)
	o.must(o.adopt())
	o.must(o.try(fmt.Sprintf(entered, 1), fmt.Sprintf(levies, 1, 1000), fmt.Sprintf(levies, 2, 3)))
	o.must(o.try(fmt.Sprintf(entered, 3), fmt.Sprintf(statements, 3, 10)))
	o.same()
	if len(o.objects()) < 6 {
		t.Fatalf("the bucket holds %v", o.objects())
	}
	conn, err := o.Conn(ctx)
	o.must(err)
	l, err := Of(ctx, conn)
	o.must(err)
	_, err = conn.ExecContext(ctx, "begin")
	o.must(err)
	o.must(l.Delete(ctx, conn, "levy", 2))
	o.must(l.Flush(ctx))
	_, err = conn.ExecContext(ctx, "commit")
	o.must(err)
	l.Kept()
	o.must(conn.Close())
	o.same()
	if n := o.count("select count(*) from raw.levy"); n != 1000 {
		t.Errorf("%d rows, want 1,000", n)
	}
	// A reader cannot do with half a copy, and a writer fetches the rest; he clears
	// away what is in the bucket and counts no more.
	st, err := openStore(o.place.Store)
	o.must(err)
	for n, lose := range []func(path string) error{os.Remove, func(path string) error { return os.Truncate(path, 9) },
		func(string) error { return os.RemoveAll(o.place.Folder) }, func(path string) error { return os.WriteFile(path+".x", nil, 0o600) }} {
		o.must(lose(filepath.Join(o.place.Folder, o.first("levy"))))
		o.must(st.write(ctx, fmt.Sprintf("levy/load=9-%d/000000_0.parquet", n), "PAR1"))
		if ready, err := Ready(ctx, o.DB, &o.place); ready || err != nil {
			t.Errorf("loss %d: ready %v (%v)", n, ready, err)
		}
		o.must(o.adopt())
		if ready, err := Ready(ctx, o.DB, &o.place); !ready || err != nil {
			t.Errorf("loss %d is made good: ready %v (%v)", n, ready, err)
		}
		o.same()
		if n := o.count("select count(distinct person) from raw.levy"); n != 1000 {
			t.Errorf("%d people, want 1,000", n)
		}
	}
	// What the bucket itself has lost is told.
	o.must(st.remove(ctx, []string{o.first("levy")}))
	var no *refuse.Error
	if err := o.adopt(); !errors.As(err, &no) || no.Where != st.at+"/"+o.first("levy") || !strings.Contains(no.What.EN, "missing") {
		t.Errorf("an object is gone: %v", err)
	}
	// The bucket is this warehouse's alone.
	other := newWarehouse(t)
	other.place.Store = o.place.Store
	if err := other.adopt(); !errors.As(err, &no) || no.Where != st.at {
		t.Errorf("another warehouse takes the bucket: %v", err)
	}
}

// TestStoreFails has uploads break off, the keys expire and the store go away:
// nothing counts then, and once it is back the same is done.
func TestStoreFails(t *testing.T) {
	o := newOffice(t)
	load := []string{fmt.Sprintf(entered, 1), fmt.Sprintf(levies, 1, 1000)}
	failed := func(err error, what string) {
		t.Helper()
		var f *Fault
		var no *refuse.Error
		if !errors.As(err, &f) || errors.As(err, &no) || !strings.Contains(f.What.EN, what) || !strings.HasPrefix(f.Where, "s3://insurance/") || f.Do.ZH == "" || f.What.ZH == "" || strings.Contains(f.Error(), "secret") {
			t.Errorf("%v, want a fault: %s", err, what)
		}
	}
	o.deny.Store(true)
	failed(o.adopt(), "refuses the keys (InvalidAccessKeyId)")
	o.deny.Store(false)
	o.must(o.adopt())
	for _, puts := range []int64{0, 2} {
		o.puts.Store(puts)
		failed(o.try(load...), "QuotaExceeded")
		o.same()
		if n := o.count("select (select count(*) from raw.levy) + (select count(*) from raw.load)"); n != 0 {
			t.Errorf("%d traces of a load that failed", n)
		}
	}
	o.puts.Store(-1)
	o.must(o.try(load...))
	o.same()
	missing := o.place
	missing.Store = strings.Replace(missing.Store, "insurance", "nowhere", 1)
	var f *Fault
	if err := Adopt(context.Background(), o.DB, &missing); !errors.As(err, &f) || !strings.Contains(f.What.EN, "no such bucket") {
		t.Errorf("%v, want that there is no such bucket", err)
	}
	o.server.Close()
	failed(o.adopt(), "cannot be reached")
	// Who only reads needs the copy alone.
	if ready, err := Ready(context.Background(), o.DB, &o.place); !ready || err != nil {
		t.Errorf("without the store: ready %v (%v)", ready, err)
	}
}

func TestAddressesOfStores(t *testing.T) {
	for text, at := range map[string]string{
		"s3://b": "s3://b", "s3://b/": "s3://b", "s3://b/p/q?region=x": "s3://b/p/q",
		"s3://b/p?endpoint=http://127.0.0.1:9000&path_style=true": "s3://b/p",
	} {
		if st, err := openStore(text); err != nil || st.at != at || st.prefix != "" && !strings.HasSuffix(st.prefix, "/") {
			t.Errorf("%s: %v, %v", text, st, err)
		}
	}
	for _, text := range []string{"s3:///p", "s3://key:secret@b/p", "gs://b", "s3://b?acl=public", "s3://b?endpoint=http://h/with/path"} {
		var no *refuse.Error
		if _, err := openStore(text); !errors.As(err, &no) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
