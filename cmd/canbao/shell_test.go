//go:build linux || darwin

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"canbao/models/measure"
)

// terminal is the program on a terminal of its own, typed at as a person does.
type terminal struct {
	*testing.T
	file *os.File
	cmd  *exec.Cmd
	mu   sync.Mutex
	text strings.Builder
	read int // of text, by want
}

func openTerminal(t *testing.T, env []string, args ...string) *terminal {
	t.Helper()
	cmd := exec.Command("canbao", args...)
	cmd.Env = append(os.Environ(), append(env, "TERM=xterm", "PAGER=")...)
	file, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 20, Cols: 200})
	if err != nil {
		t.Fatal(err)
	}
	s := &terminal{T: t, file: file, cmd: cmd}
	t.Cleanup(func() { cmd.Process.Kill(); file.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := file.Read(buf)
			s.mu.Lock()
			s.text.Write(buf[:n])
			s.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return s
}

func (s *terminal) types(text string) {
	s.Helper()
	if _, err := s.file.WriteString(text); err != nil {
		s.Fatal(err)
	}
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]|\r")

// want waits until the form is on the terminal, after what was wanted before.
func (s *terminal) want(form string) {
	s.Helper()
	re := regexp.MustCompile("(?m)" + form)
	for until := time.Now().Add(60 * time.Second); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		s.mu.Lock()
		text := escapes.ReplaceAllString(s.text.String(), "")
		s.mu.Unlock()
		if at := re.FindStringIndex(text[min(s.read, len(text)):]); at != nil {
			s.read += at[1]
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Fatalf("%s is not on the terminal:\n%s", form, escapes.ReplaceAllString(s.text.String(), ""))
}

// TestShellOnATerminal types at the shell: a question over lines, completion,
// history, a query that is stopped, a long answer, leaving.
func TestShellOnATerminal(t *testing.T) {
	dir := t.TempDir()
	env := []string{"XDG_CONFIG_HOME=" + filepath.Join(dir, "config"), "HOME=" + dir, "CANBAO_WORKSPACE=" + filepath.Join(dir, "city"), "CANBAO_THREADS=1"}
	for _, args := range [][]string{{"init", filepath.Join(dir, "city")}, {"load", filepath.Join("testdata", "city", "extracts")}, {"build"}} {
		if args[0] == "load" {
			if err := copyFile(filepath.Join("testdata", "city", "areas.csv"), filepath.Join(dir, "city", "areas.csv")); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command("canbao", args...)
		cmd.Env = append(os.Environ(), env...)
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, text)
		}
	}
	s := openTerminal(t, env, "shell")
	s.want(`快照 1；以 ; 结束一句`)
	s.want(`^canbao> `)

	// several lines, Chinese aligned
	s.types("select area, area_code\r")
	s.want(`\.\.\.> `)
	s.types("from ref.area where level = 'town' order by area_code;\r")
	s.want(`area +area_code +\n─+\n 义亭镇 +330782102 +\n`)

	// completion of a table, then of its column; a fault does not end the shell
	s.types("select nothing from mart.pers\t;\r")
	s.want(`没有 nothing 这一列`)
	s.types("select count(*) as n from mart.check where severi\t = 'error';\r")
	s.want(`mart\.check where severity = 'error';`)
	s.want(`n \n─+\n +\d+ `)

	// Ctrl-C drops what is written, and stops a query and not the shell
	s.types("select \x03")
	s.types("select count(*) from range(100000000000) a, range(1000) b where a.range % 3 = b.range % 7;\r")
	s.want(`b\.range % 7;`)
	time.Sleep(500 * time.Millisecond)
	s.types("\x03")
	s.want(`查询已停止`)

	// history: the line before
	s.types("select 41 + 1 as answer;\r")
	s.want(` 42 `)
	s.types("\x1b[A\r")
	s.want(` 42 `)

	// a long answer is paged
	s.types("select 'row ' || range as r from range(100);\r")
	s.want(`更多`)
	s.types(" ")
	s.want(`row 30`)
	s.types("q")
	s.types(".mode csv\r")
	s.types("select 7 as seven;\r")
	s.want(`seven\n7\n`)
	s.types("select '330782199001011234' as id;\r")
	s.want(`id\n330782199001011234\n`)
	s.types(".quit\r")
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("the shell ends with %v", err)
	}

	// the history is its owner's alone, and there for the next shell
	file := filepath.Join(dir, "config", "canbao", "history")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the history is %v, %v", info, err)
	}
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), "select '******************' as id;") || strings.Contains(string(text), "199001") {
		t.Errorf("somebody's number stands in the history: %q, %v", text, err)
	}
	s = openTerminal(t, env, "shell", "--lang", "en")
	s.want(`^canbao> `)
	s.types("\x1b[A\x1b[A\x1b[A\r") // before .quit and the one before
	s.want(`seven `)
	s.types("\x04")
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("Ctrl-D ends the shell with %v", err)
	}
}

// TestCompletion asks for candidates as the keys would.
func TestCompletion(t *testing.T) {
	s := &shell{
		tables: []measure.Table{{Name: "mart.person"}, {Name: "mart.payment_daily"}, {Name: "ref.area"}},
		columns: []measure.TableColumn{{Table: "mart.person", Name: "sex"}, {Table: "mart.person", Name: "school"},
			{Table: "ref.area", Name: "area"}, {Table: "mart.payment_daily", Name: "scheme"}},
	}
	for _, c := range []struct{ pending, line, want string }{
		{"", "select * from ", "mart.payment_daily mart.person ref.area"},
		{"", "select * from per", "mart.person"},
		{"", "select * from mart.p", "mart.payment_daily mart.person"},
		{"", "select s", "scheme school select sex string_agg( substr( sum( summarize"},
		{"select 1 from mart.person\n", "where s", "school select sex string_agg( substr( sum( summarize"},
		{"", "SEL", "SELECT"},
		{"", "select 1 from mart.person as p join ref.area as a on p.s", "p.school p.sex"},
		{"", ".d", ".describe"},
		{"", ".describe ref", "ref.area"},
		{"", ".mode c", "csv"},
		{"", "select ", ""},
		{"select 1\n", ".t", ""},
		{"", "从 select * from pa", "mart.payment_daily"},
	} {
		s.pending = c.pending
		_, got, _ := s.complete(c.line, len([]rune(c.line)))
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q %q offers %q, want %q", c.pending, c.line, got, c.want)
		}
		if !slices.IsSorted(got) {
			t.Errorf("%q is not in order", got)
		}
	}
}
