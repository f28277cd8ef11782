package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"canbao/etl/refuse"
	"canbao/sql/answer"
	"canbao/sql/duck"
)

// commandAdvice says what to do about a query on the command line.
var commandAdvice = answer.Advice{
	Tables: refuse.Text{ZH: "canbao tables 列出全部表", EN: "canbao tables lists all tables"},
	Parameter: func(name string) refuse.Text {
		if name == "as_of" {
			return refuse.Text{ZH: "加 --as-of 日期，或 --as-of latest", EN: "add --as-of DAY, or --as-of latest"}
		}
		return refuse.Text{ZH: "加 --param " + name + "=值", EN: "add --param " + name + "=value"}
	},
}

// queryRefusal says what is wrong with a query and points at the place. An
// engine that broke is no fault of the query.
func (a *app) queryRefusal(err error, q asking) error {
	var e *duck.QueryError
	if !errors.As(err, &e) {
		return err
	}
	if e.Broken() {
		return fmt.Errorf("run the query: %w", err)
	}
	what, do := commandAdvice.Words(e)
	out := &refuse.Error{Do: do, Err: err}
	place := answer.PlaceOf(q.text, e.At)
	switch {
	case place.Line == 0:
		out.What = what
		return out
	case q.file != "" && q.file != "-":
		out.Where = fmt.Sprintf("%s:%d:%d", filepath.ToSlash(q.file), place.Line, place.Column)
		out.What = what
	default:
		out.What = refuse.Text{
			ZH: fmt.Sprintf("第 %d 行第 %d 列：%s", place.Line, place.Column, what.ZH),
			EN: fmt.Sprintf("line %d, column %d: %s", place.Line, place.Column, what.EN),
		}
	}
	shown := "\n" + caret(place)
	out.Do.ZH += shown
	out.Do.EN += shown
	return out
}

// caret is the line of a place with a caret under it. A line longer than a
// terminal is shown around the place.
func caret(p answer.Place) string {
	const most = 60
	before, after := p.Before, p.After
	if runes := []rune(before); len(runes) > most {
		before = "…" + string(runes[len(runes)-most:])
	}
	if runes := []rune(after); len(runes) > most {
		after = string(runes[:most]) + "…"
	}
	return "  " + before + after + "\n  " + strings.Repeat(" ", text.StringWidth(before)) + "^"
}
