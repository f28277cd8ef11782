package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"canbao/etl/refuse"
	"canbao/models"
	"canbao/models/measure"
	"canbao/sql/duck"
	"canbao/sql/trino"
)

// openEngine opens the engine of the settings: engine: trino and those that
// begin with engine_.
func (a *app) openEngine(ctx context.Context) (*trino.DB, error) {
	place, err := a.lakePlace()
	if err != nil {
		return nil, err
	}
	o := trino.Options{
		URL: a.set.EngineURL, Catalog: a.set.EngineCatalog, User: a.set.EngineUser, CA: a.set.EngineCA,
		Folder: place.Folder, Location: a.set.EngineLake,
	}
	bucket, err := place.Share()
	if err != nil {
		return nil, err
	}
	if bucket != nil {
		o.Bucket = bucket
	}
	if o.User == "" {
		o.User = a.who()
	}
	if file := a.set.EnginePasswordFile; file != "" {
		word, err := os.ReadFile(file)
		if err != nil {
			return nil, &refuse.Error{
				What:  refuse.Text{ZH: "读不出计算引擎的密码文件", EN: "the file with the engine's password cannot be read"},
				Where: file,
				Do:    refuse.Text{ZH: "请检查 engine_password_file 和文件权限", EN: "check engine_password_file and the permissions of the file"},
				Err:   err,
			}
		}
		o.Password = strings.TrimRight(string(word), "\r\n")
	}
	return trino.Open(ctx, o)
}

// onCluster tells whether others' machines compute. A lake without engine_url is
// computed on this one.
func (a *app) onCluster() bool { return a.set.Engine == engineTrino && a.set.EngineURL != "" }

// elsewhere opens the engine that a build is to run on, nil for this machine;
// done closes it.
func (a *app) elsewhere(ctx context.Context) (open func(context.Context, *duck.Workshop, int, []int) (models.Engine, error), done func(), err error) {
	if !a.onCluster() {
		return nil, func() {}, nil
	}
	db, err := a.openEngine(ctx)
	if err != nil {
		return nil, nil, err
	}
	return func(ctx context.Context, home *duck.Workshop, number int, kept []int) (models.Engine, error) {
		return db.Workshop(ctx, home, number, kept)
	}, func() { db.Close() }, nil
}

// peopleElsewhere tells whether what is known of single people is no part of
// the snapshot that r reads, but was left with the engine.
func (a *app) peopleElsewhere(ctx context.Context, r *measure.Reader) (bool, error) {
	if !a.onCluster() {
		return false, nil
	}
	here, err := r.Has(ctx, "person")
	return !here, err
}

// asksElsewhere tells whether a question can only be answered where the people
// of a snapshot are.
func (a *app) asksElsewhere(ctx context.Context, text string, s models.Snapshot) (bool, error) {
	if !a.onCluster() || !models.AsksPeople(text) {
		return false, nil
	}
	r, err := measure.Open(ctx, s.Path)
	if err != nil {
		return false, err
	}
	defer r.Close()
	return a.peopleElsewhere(ctx, r)
}

// askElsewhere lets the engine answer a question on the tables that the build of
// a snapshot left there. The answer comes to a database of its own, from which
// it is written like any other.
func (a *app) askElsewhere(ctx context.Context, q asking, given map[string]string, s models.Snapshot, out *outlet) error {
	text, names := trino.Params(q.text)
	given, err := a.queryParams(ctx, names, given, q)
	if err != nil {
		return err
	}
	var args []any
	for _, name := range names {
		value, ok := given[name]
		if !ok {
			return wrong(refuse.Text{ZH: "参数 $" + name + " 没有值", EN: "parameter $" + name + " has no value"},
				refuse.Text{ZH: "加 --param " + name + "=值", EN: "add --param " + name + "=value"})
		}
		args = append(args, trino.Argument(value))
	}
	return a.withScratch(func(path string) error {
		db, err := a.openEngine(ctx)
		if err != nil {
			return err
		}
		defer db.Close()
		if err := keepAnswer(ctx, db, s.Number, text, args, path); err != nil {
			return err
		}
		session, err := duck.OpenSession(path, out.engineFile, a.options())
		if err != nil {
			return err
		}
		defer session.Close()
		p, err := session.Prepare(ctx, "select * from answer")
		if err != nil {
			return fmt.Errorf("read the answer: %w", err)
		}
		defer p.Close()
		return a.answer(ctx, p, nil, out, q)
	})
}

func keepAnswer(ctx context.Context, db *trino.DB, number int, text string, args []any, path string) error {
	kept, err := duck.Open(ctx, path, duck.Options{})
	if err != nil {
		return err
	}
	defer kept.Close()
	conn, err := kept.Conn(ctx)
	if err != nil {
		return fmt.Errorf("keep the answer: %w", err)
	}
	defer conn.Close()
	_, err = db.Ask(ctx, number, text, args, conn, "answer")
	return err
}

// nearPeople gives a reader what it needs to list the people of an area: on an
// engine they are no part of the snapshot, and come from there. done closes it.
func (a *app) nearPeople(ctx context.Context, asked *asked, area string) (*measure.Reader, func(), error) {
	elsewhere, err := a.peopleElsewhere(ctx, asked.Reader)
	if err != nil || !elsewhere {
		return asked.Reader, func() {}, err
	}
	place, err := asked.Area(ctx, area)
	if err != nil {
		return nil, nil, err
	}
	s, err := models.Current(a.publishDir())
	if err != nil {
		return nil, nil, err
	}
	db, err := a.openEngine(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer db.Close()
	dir, err := os.MkdirTemp(a.publishDir(), "people-")
	if err != nil {
		return nil, nil, fmt.Errorf("make room for the people of an area: %w", err)
	}
	path := filepath.Join(dir, "people.duckdb")
	var r *measure.Reader
	if err = s.Slice(ctx, db, place.Level, place.Code, path); err == nil {
		r, err = measure.Open(ctx, path)
	}
	if err != nil {
		os.RemoveAll(dir)
		return nil, nil, err
	}
	return r, func() { r.Close(); os.RemoveAll(dir) }, nil
}

// withScratch gives fn the name of a file beside the snapshots, which nobody but
// this program may read, and removes it afterwards.
func (a *app) withScratch(fn func(path string) error) error {
	dir, err := os.MkdirTemp(a.publishDir(), "answer-")
	if err != nil {
		return fmt.Errorf("make room for the answer: %w", err)
	}
	defer os.RemoveAll(dir)
	return fn(filepath.Join(dir, "answer.duckdb"))
}
