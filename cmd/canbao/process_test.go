package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// process runs a build of the program as a process of its own and keeps all it
// ever said.
type process struct {
	*testing.T
	path string // of the program
	dir  string // its working folder
	env  []string
	said bytes.Buffer
}

func (p *process) command(args []string) (cmd *exec.Cmd, out, errs *bytes.Buffer) {
	out, errs = &bytes.Buffer{}, &bytes.Buffer{}
	cmd = exec.CommandContext(p.Context(), p.path, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.dir, out, errs
	cmd.Env = append(os.Environ(), p.env...)
	return cmd, out, errs
}

func (p *process) keep(out, errs *bytes.Buffer) {
	p.said.Write(out.Bytes())
	p.said.Write(errs.Bytes())
}

// run wants one of the exit codes and returns what went to standard output.
func (p *process) run(codes []int, args ...string) string {
	p.Helper()
	cmd, out, errs := p.command(args)
	err := cmd.Run()
	p.keep(out, errs)
	code := cmd.ProcessState.ExitCode()
	for _, want := range codes {
		if code == want {
			return out.String()
		}
	}
	p.Fatalf("canbao %s exits with %d, want %d: %v\n%s", strings.Join(args, " "), code, codes, err, errs)
	return ""
}

// do wants the program to do it.
func (p *process) do(args ...string) string {
	p.Helper()
	return p.run([]int{exitDone}, args...)
}

// kill runs the program and kills it without a word after a while; it tells
// whether it was killed, and not done before.
func (p *process) kill(after time.Duration, args ...string) bool {
	p.Helper()
	cmd, out, errs := p.command(args)
	if err := cmd.Start(); err != nil {
		p.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { cmd.Process.Kill() })
	err := cmd.Wait()
	timer.Stop()
	p.keep(out, errs)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.Fatal(err)
	}
	return cmd.ProcessState.ExitCode() == -1
}
