package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"canbao/etl/refuse"
	"canbao/reports/access"
)

// newPassword reads a password for a user: on a terminal twice and without
// showing it, elsewhere the first line of standard input.
func (a *app) newPassword(ctx context.Context, name string) (string, error) {
	if f, ok := a.in.(*os.File); ok && isTerminal(f) {
		return a.typedPassword(ctx, f, name)
	}
	if a.in == nil {
		return "", noPassword()
	}
	line, err := bufio.NewReader(io.LimitReader(a.in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	password := strings.TrimRight(line, "\r\n")
	if password == "" {
		return "", noPassword()
	}
	return password, access.ValidPassword(name, password)
}

func (a *app) typedPassword(ctx context.Context, f *os.File, name string) (string, error) {
	first, err := a.typed(ctx, f, a.text("新密码：", "new password: "))
	if err != nil {
		return "", err
	}
	if err := access.ValidPassword(name, first); err != nil {
		return "", err
	}
	again, err := a.typed(ctx, f, a.text("再输一遍：", "once more: "))
	if err != nil {
		return "", err
	}
	if again != first {
		return "", wrong(refuse.Text{ZH: "两次输入的密码不同", EN: "the two passwords differ"}, refuse.Text{ZH: "请再试一次", EN: "try again"})
	}
	return first, nil
}

// typed asks for a password. The terminal shows nothing from before the prompt
// on: a hand may be faster than the program.
func (a *app) typed(ctx context.Context, f *os.File, prompt string) (string, error) {
	state, err := term.MakeRaw(int(f.Fd()))
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	defer term.Restore(int(f.Fd()), state)
	// What ends the program must not leave a terminal that shows nothing.
	defer context.AfterFunc(ctx, func() {
		term.Restore(int(f.Fd()), state)
		os.Exit(exitFailed)
	})()
	keys := &keys{Reader: f}
	text, err := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{keys, a.errors}, "").ReadPassword(prompt)
	switch {
	case keys.broken:
		term.Restore(int(f.Fd()), state)
		fmt.Fprintln(a.errors)
		os.Exit(exitFailed)
	case errors.Is(err, io.EOF):
		return "", noPassword()
	case err != nil:
		return "", fmt.Errorf("read the password: %w", err)
	}
	return text, nil
}

// keys notes Ctrl-C, which a terminal that shows nothing hands on like any key.
type keys struct {
	io.Reader
	broken bool
}

func (k *keys) Read(b []byte) (int, error) {
	n, err := k.Reader.Read(b)
	k.broken = k.broken || bytes.IndexByte(b[:n], 3) >= 0
	return n, err
}

func noPassword() error {
	return wrong(refuse.Text{ZH: "没有密码", EN: "there is no password"},
		refuse.Text{ZH: "在终端上输入，或从标准输入给一行", EN: "type it on a terminal, or give it as a line of standard input"})
}
