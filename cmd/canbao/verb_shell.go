package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"canbao/etl/refuse"
	"canbao/models"
	"canbao/models/measure"
	"canbao/reports/audit"
	"canbao/sql/answer"
	"canbao/sql/duck"
)

func (a *app) shellVerb() *cobra.Command {
	var q question
	cmd := a.verb("shell", refuse.Text{ZH: "交互查询：补全、历史、翻页", EN: "ask in SQL, one question after another: completion, history, paging"},
		func(cmd *cobra.Command, _ []string) error { return a.shell(cmd.Context(), q) })
	cmd.Example = "  canbao shell\n  canbao shell < questions.sql"
	cmd.Args = none()
	a.takes(cmd, listed)
	a.asks(cmd, &q)
	cmd.Flags().Lookup("as-of").Usage = a.text("截至哪一天，SQL 里写 $as_of：2020-11-30 这样的日期，或 latest",
		"as of which day, $as_of in the SQL: such as 2020-11-30, or latest")
	return cmd
}

// shell is a conversation in SQL over the published snapshot.
type shell struct {
	a        *app
	question question
	number   int // of the snapshot
	session  *duck.Session
	tables   []measure.Table
	columns  []measure.TableColumn
	lines    lineReader
	pending  string // begun and not ended by a semicolon
}

// errQuit ends the conversation.
var errQuit = errors.New("quit")

func (a *app) shell(ctx context.Context, q question) error {
	if err := a.mustBeWorkspace(); err != nil {
		return err
	}
	s := &shell{a: a, question: q}
	defer s.close()
	// Ctrl-C ends a query and not the shell, so the first one must not end the run.
	ctx = context.WithoutCancel(ctx)
	if err := s.renew(ctx); err != nil {
		return err
	}
	s.lines = newLineReader(a, s.complete)
	defer s.lines.Close()
	if s.lines.Terminal() {
		// Between two questions nobody waits for a signal but the terminal itself.
		ended := make(chan os.Signal, 1)
		signal.Notify(ended, syscall.SIGTERM, syscall.SIGHUP)
		defer signal.Stop(ended)
		go func() {
			if _, ok := <-ended; ok {
				s.lines.Close()
				os.Exit(exitFailed)
			}
		}()
		a.tell(fmt.Sprintf("快照 %d；以 ; 结束一句，Tab 补全，.help 看命令，.quit 退出", s.number),
			fmt.Sprintf("snapshot %d; end a statement with ;, Tab completes, .help lists commands, .quit leaves", s.number))
	}
	return s.talk(ctx)
}

// renew opens the snapshot that is published now, if another one is open.
func (s *shell) renew(ctx context.Context) error {
	snapshot, err := models.Current(s.a.publishDir())
	if err != nil || s.session != nil && snapshot.Number == s.number {
		return err
	}
	var session *duck.Session
	err = models.Follow(s.a.publishDir(), func(now models.Snapshot) (err error) {
		snapshot = now
		session, err = duck.OpenSession(now.Path, "", s.a.options())
		return err
	})
	if err != nil {
		return err
	}
	r, err := measure.Open(ctx, snapshot.Path)
	if err == nil {
		defer r.Close()
		s.tables, err = r.Tables(ctx)
	}
	if err == nil {
		s.columns, err = r.TableColumns(ctx)
	}
	if err != nil {
		session.Close()
		return err
	}
	if s.session != nil {
		s.session.Close()
		s.a.tell(fmt.Sprintf("已换用新快照 %d", snapshot.Number), fmt.Sprintf("now on the new snapshot %d", snapshot.Number))
	}
	s.session, s.number = session, snapshot.Number
	return nil
}

func (s *shell) close() {
	if s.session != nil {
		s.session.Close()
	}
}

// talk answers line by line. On a terminal a fault is told and the conversation
// goes on; without one the first fault ends it, as a script wants it.
func (s *shell) talk(ctx context.Context) error {
	for {
		prompt := "canbao> "
		if !duck.Blank(s.pending) {
			prompt = "   ...> "
		}
		line, err := s.lines.Read(prompt)
		switch {
		case errors.Is(err, errAborted):
			s.pending = ""
			continue
		case errors.Is(err, io.EOF):
			if rest := s.pending; !duck.Blank(rest) { // a last statement needs no semicolon
				s.pending = ""
				err = s.run(ctx, rest)
				return s.told(ctx, err)
			}
			return nil
		case err != nil:
			return fmt.Errorf("read a line: %w", err)
		}
		if err := s.told(ctx, s.hear(ctx, line)); err != nil {
			if errors.Is(err, errQuit) {
				return nil
			}
			return err
		}
	}
}

// told says what went wrong on a terminal, and passes it on elsewhere.
func (s *shell) told(ctx context.Context, err error) error {
	if err == nil || errors.Is(err, errQuit) || !s.lines.Terminal() {
		return err
	}
	if errors.Is(err, context.Canceled) {
		s.a.tell("查询已停止", "the query is stopped")
		return nil
	}
	s.a.exit(ctx, err)
	return nil
}

// hear takes in a line: a command, or a part of a statement.
func (s *shell) hear(ctx context.Context, line string) error {
	if command := strings.TrimSpace(line); strings.HasPrefix(command, ".") && duck.Blank(s.pending) {
		s.pending = ""
		return s.command(strings.Fields(strings.TrimSuffix(command, ";")))
	}
	statements, rest := duck.Split(s.pending + line + "\n")
	s.pending = rest
	for _, text := range statements {
		if err := s.run(ctx, text); err != nil {
			s.pending = ""
			return err
		}
	}
	return nil
}

// run answers one statement, on record. Ctrl-C stops it.
func (s *shell) run(ctx context.Context, text string) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	if err := s.renew(ctx); err != nil {
		return err
	}
	// The blanks before it are not of the statement: places count from its first word.
	text = strings.TrimLeft(text, " \t\r\n")
	d := s.a.beginLooking(audit.Query, text)
	d.entry.Snapshot = s.number
	return d.end(ctx, s.answer(ctx, text, d))
}

func (s *shell) answer(ctx context.Context, text string, d *deed) error {
	q := asking{text: text, format: s.a.set.Format}
	p, err := s.session.Prepare(ctx, text)
	if err != nil {
		return s.a.queryRefusal(err, q)
	}
	defer p.Close()
	// A day given to the shell counts for the statements that ask for it.
	if slices.Contains(p.Params(), "as_of") {
		q.question = s.question
	} else if slices.Contains(p.Params(), "campaign") {
		q.campaign = s.question.campaign
	}
	params, err := s.a.queryParams(ctx, p.Params(), map[string]string{}, q)
	if err != nil {
		return err
	}
	stream, err := p.Stream(ctx, params)
	if err != nil {
		return s.a.queryRefusal(err, q)
	}
	defer stream.Release()
	if q.format != "table" {
		d.entry.Rows, err = answer.Writing{Format: q.format}.Write(ctx, s.a.out, stream)
		return s.a.queryRefusal(err, q)
	}
	first, err := answer.Preview(stream, tableRows, countFor)
	if err != nil {
		return s.a.queryRefusal(err, q)
	}
	d.entry.Rows = int64(len(first.Rows))
	if err := s.page(s.a.table(firstListing(first)) + "\n"); err != nil {
		return err
	}
	s.a.tellMore(first)
	return nil
}

// command does what a line that begins with a dot says.
func (s *shell) command(words []string) error {
	name, rest := words[0], words[1:]
	switch {
	case name == ".quit" || name == ".exit":
		return errQuit
	case name == ".help":
		return s.help()
	case name == ".tables" && len(rest) == 0:
		return s.show(func(a *app) error { return a.print(a.tableListing(s.tables)) })
	case name == ".describe" && len(rest) == 1:
		return s.describe(rest[0])
	case name == ".mode" && len(rest) == 1:
		if err := oneOf("mode", rest[0], shellModes); err != nil {
			return wrong(refuse.Text{ZH: "没有 " + rest[0] + " 这种输出", EN: "there is no mode " + rest[0]},
				refuse.Text{ZH: "可用的有：" + strings.Join(shellModes, "、"), EN: "choose one of " + strings.Join(shellModes, ", ")})
		}
		s.a.set.Format = rest[0]
		return nil
	}
	return wrong(refuse.Text{ZH: "没有 " + strings.Join(words, " ") + " 这个命令", EN: strings.Join(words, " ") + " is no command"},
		refuse.Text{ZH: ".help 列出命令", EN: ".help lists the commands"})
}

var (
	shellModes    = []string{"table", "csv", "json"}
	shellCommands = []struct {
		form string
		does refuse.Text
	}{
		{".tables", refuse.Text{ZH: "可以查询的表", EN: "the tables that can be asked"}},
		{".describe TABLE", refuse.Text{ZH: "一张表的列、单位、含义和例子", EN: "the columns of a table, units, meaning and an example"}},
		{".mode table|csv|json", refuse.Text{ZH: "结果的格式", EN: "the form of answers"}},
		{".help", refuse.Text{ZH: "本说明", EN: "this list"}},
		{".quit", refuse.Text{ZH: "退出，也可按 Ctrl-D", EN: "leave, as Ctrl-D does"}},
	}
)

func (s *shell) help() error {
	for _, c := range shellCommands {
		if _, err := fmt.Fprintf(s.a.out, "  %-22s %s\n", c.form, c.does.In(s.a.set.Lang)); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(s.a.out, s.a.text("  SELECT ...;            一句查询，可写多行，以 ; 结束；Ctrl-C 停止查询或放弃已写的",
		"  SELECT ...;            a query, over as many lines as it needs; Ctrl-C stops it, or drops what is written"))
	return err
}

func (s *shell) describe(name string) error {
	t, err := measure.FindTable(s.tables, name)
	if err != nil {
		return err
	}
	return s.show(func(a *app) error {
		if a.set.Format == "table" {
			return a.describeOne(t, s.columns)
		}
		return a.print(a.columnListing([]measure.Table{t}, s.columns, true))
	})
}

// show pages what a listing prints.
func (s *shell) show(print func(a *app) error) error {
	var text bytes.Buffer
	aside := *s.a
	aside.out = &text
	if err := print(&aside); err != nil {
		return err
	}
	return s.page(text.String())
}
