package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	client "github.com/trinodb/trino-go-client/trino"

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
	if a.set.EngineURL == "" {
		return nil, &refuse.Error{
			What:  refuse.Text{ZH: "没有说明计算引擎在哪里", EN: "nobody said where the engine is"},
			Where: settingsFile,
			Do:    refuse.Text{ZH: "在 canbao.yaml 写 engine_url，如 https://主机:8443", EN: "set engine_url in canbao.yaml, such as https://host:8443"},
		}
	}
	o := trino.Options{
		URL: a.set.EngineURL, Catalog: a.set.EngineCatalog, User: a.set.EngineUser, CA: a.set.EngineCA,
		Folder: place.Folder, Location: a.set.EngineLake,
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

// elsewhere opens the engine that a build is to run on, nil for this machine;
// done closes it.
func (a *app) elsewhere(ctx context.Context) (open func(context.Context, *duck.Workshop, int) (models.Engine, error), done func(), err error) {
	if a.set.Engine != engineTrino {
		return nil, func() {}, nil
	}
	db, err := a.openEngine(ctx)
	if err != nil {
		return nil, nil, err
	}
	return func(ctx context.Context, home *duck.Workshop, number int) (models.Engine, error) {
		return db.Workshop(ctx, home, number)
	}, func() { db.Close() }, nil
}

// asksEngine tells whether a question can only be answered where the people are.
func (a *app) asksEngine(text string) bool {
	return a.set.Engine == engineTrino && models.AsksPeople(text)
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
		args = append(args, argument(value))
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

// argument is a parameter as the engine takes it: what looks like a day or a
// whole number is one.
func argument(value string) any {
	if day, err := time.Parse(time.DateOnly, value); err == nil {
		return client.Date(day.Year(), day.Month(), day.Day())
	}
	if n, err := strconv.ParseInt(value, 10, 64); err == nil && strconv.FormatInt(n, 10) == value {
		return n
	}
	return value
}

// nearPeople gives a reader what it needs to list the people of an area: on an
// engine they are no part of the snapshot, and come from there. done closes it.
func (a *app) nearPeople(ctx context.Context, asked *asked, area string) (*measure.Reader, func(), error) {
	if a.set.Engine != engineTrino {
		return asked.Reader, func() {}, nil
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
