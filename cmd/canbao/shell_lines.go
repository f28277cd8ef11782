package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/peterh/liner"

	"canbao/reports/audit"
)

// lineReader is where the lines of a shell come from.
type lineReader interface {
	Read(prompt string) (string, error) // errAborted for Ctrl-C, io.EOF at the end
	Terminal() bool
	Close()
}

// errAborted is Ctrl-C while a line is written.
var errAborted = errors.New("aborted")

// newLineReader edits lines on a terminal and reads them as they are elsewhere.
func newLineReader(a *app, complete liner.WordCompleter) lineReader {
	if !isTerminal(a.in) || !isTerminal(a.out) {
		return &pipedLines{r: bufio.NewReader(a.in)}
	}
	before, _ := liner.TerminalMode()
	t := &editedLines{state: liner.NewLiner(), before: before}
	t.state.SetCtrlCAborts(true)
	t.state.SetBeep(false)
	t.state.SetTabCompletionStyle(liner.TabPrints)
	t.state.SetWordCompleter(complete)
	if err := t.openHistory(); err != nil {
		a.tell("历史记录用不了："+err.Error(), "no history: "+err.Error())
	}
	return t
}

// pipedLines are lines of a file or another program.
type pipedLines struct{ r *bufio.Reader }

func (p *pipedLines) Read(string) (string, error) {
	line, err := p.r.ReadString('\n')
	if err == io.EOF && line != "" {
		err = nil
	}
	return strings.TrimPrefix(strings.TrimRight(line, "\r\n"), "\ufeff"), err
}

func (p *pipedLines) Terminal() bool { return false }
func (p *pipedLines) Close()         {}

// editedLines are lines edited on a terminal. The history is a file in the
// user's configuration folder that only they can read: a question may tell what
// is being looked for.
type editedLines struct {
	state   *liner.State
	before  liner.ModeApplier // the terminal as it was
	history *os.File          // nil for none
	once    sync.Once
}

func (t *editedLines) Read(prompt string) (string, error) {
	line, err := t.state.Prompt(prompt)
	if errors.Is(err, liner.ErrPromptAborted) {
		return "", errAborted
	}
	if err == nil && strings.TrimSpace(line) != "" {
		t.state.AppendHistory(line)
		if t.history != nil {
			fmt.Fprintln(t.history, audit.Masked(line)) // a line the disk has no room for is not worth a word
		}
	}
	return line, err
}

func (t *editedLines) Terminal() bool { return true }

// Close gives the terminal back as it was.
func (t *editedLines) Close() {
	t.once.Do(func() {
		t.state.Close()
		if t.history != nil {
			t.history.Close()
		}
	})
}

// cooked does something with the terminal as it was before, such as running
// another program on it.
func (t *editedLines) cooked(do func() error) error {
	now, err := liner.TerminalMode()
	if err == nil && t.before != nil {
		err = t.before.ApplyMode()
		defer now.ApplyMode()
	}
	return errors.Join(err, do())
}

// historyFile is where the shell's lines are kept.
func historyFile() (string, error) {
	dir, err := configHome()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "canbao", "history"), nil
}

// openHistory reads the lines of former shells and opens the file for more. Of a
// long file the last lines are kept.
func (t *editedLines) openHistory() error {
	path, err := historyFile()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	text, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	lines := strings.Split(strings.TrimRight(strings.ToValidUTF8(string(text), ""), "\n"), "\n")
	if len(lines) > 2*liner.HistoryLimit {
		lines = lines[len(lines)-liner.HistoryLimit:]
		if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			return err
		}
	}
	for _, line := range lines {
		if line != "" {
			t.state.AppendHistory(line)
		}
	}
	if t.history, err = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600); err != nil {
		return err
	}
	return t.history.Chmod(0o600)
}
