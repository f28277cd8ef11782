package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/term"
)

// page shows a text: at once where it fits the terminal or there is none, else
// by the program that PAGER names, else screen by screen.
func (s *shell) page(text string) error {
	t, ok := s.lines.(*editedLines)
	_, height, err := term.GetSize(int(os.Stdout.Fd()))
	if !ok || err != nil || height < 3 || strings.Count(text, "\n") < height {
		_, err := io.WriteString(s.a.out, text)
		return err
	}
	if pager := os.Getenv("PAGER"); pager != "" {
		cmd := exec.Command("sh", "-c", pager)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(text), os.Stdout, os.Stderr
		if t.cooked(cmd.Run) == nil {
			return nil
		}
	}
	return s.screens(text, height-1)
}

// screens shows so many lines at a time. Enter shows one more, q ends it, any
// other key the next screen.
func (s *shell) screens(text string, height int) error {
	lines := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
	asked := s.a.text("-- 更多：空格下一屏，回车下一行，q 停止 --", "-- more: space for a screen, Enter for a line, q to stop --")
	for room := height; ; {
		n := min(room, len(lines))
		if _, err := io.WriteString(s.a.out, strings.Join(lines[:n], "")); err != nil {
			return err
		}
		if lines = lines[n:]; len(lines) == 0 {
			_, err := fmt.Fprintln(s.a.out)
			return err
		}
		fmt.Fprint(s.a.out, asked)
		key := keyPressed()
		fmt.Fprint(s.a.out, "\r\x1b[K")
		switch key {
		case 'q', 'Q', 3, 4: // Ctrl-C, Ctrl-D
			return nil
		case '\r', '\n':
			room = 1
		default:
			room = height
		}
	}
}

// keyPressed waits for a key; q where none can come.
func keyPressed() byte {
	fd := int(os.Stdin.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return 'q'
	}
	defer term.Restore(fd, before)
	var key [1]byte // what was typed ahead is the shell's
	if n, err := os.Stdin.Read(key[:]); err != nil || n == 0 {
		return 'q'
	}
	if key[0] == 0x1b { // an arrow is several bytes
		var rest [8]byte
		_, _ = os.Stdin.Read(rest[:])
	}
	return key[0]
}
