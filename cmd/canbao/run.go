package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"canbao/etl/refuse"
	"canbao/etl/seal"
)

// Exit codes (contract, section 4).
const (
	exitDone   = 0
	exitNo     = 1 // the answer is no: a check failed, --strict
	exitRefuse = 2 // wrong use or bad input
	exitFailed = 3 // the system failed
)

// shanghai is the time of every day and moment in the program. China has had
// no daylight saving since 1991, so a fixed zone needs no time zone files.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// answerNo ends a verb whose answer is no (exit code 1).
type answerNo struct{ text refuse.Text }

func (e *answerNo) Error() string { return e.text.EN }

// app is one run of the program: its streams and what it was told.
type app struct {
	in     io.Reader
	out    io.Writer // results
	errors io.Writer // everything else
	dir    string    // the workspace
	name   string    // the verb
	set    settings
	times  bool // of the models are told
	unkept bool // that the record cannot be kept was told
}

// Run runs canbao with args, without the program's name, and returns its exit
// code. Results go to out, everything else to errs.
func Run(args []string, in io.Reader, out, errs io.Writer) (code int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second Ctrl-C ends the process at once.
	context.AfterFunc(ctx, stop)

	a := &app{in: in, out: out, errors: errs}
	a.set.Lang = earlyLang(args)
	defer func() {
		// A stack trace helps nobody at this desk and may show what was read.
		if recover() != nil {
			a.sayNo("程序内部错误，未完成", "internal error: not done")
			code = exitFailed
		}
	}()
	if seal.Unsealed {
		a.say("本程序是为测试而编译的，不加密任何内容，不得用于真实数据", "this build is for a test: it seals nothing and must never see real data")
	}
	root := a.root()
	root.SetArgs(append([]string{}, args...))
	return a.exit(ctx, root.ExecuteContext(ctx))
}

// exit tells the person what err means and returns the exit code. One error
// may hold several: every refused file is named.
func (a *app) exit(ctx context.Context, err error) int {
	code := exitDone
	for _, e := range parts(err) {
		code = max(code, a.exitOne(ctx, e))
	}
	return code
}

func (a *app) exitOne(ctx context.Context, err error) int {
	var no *answerNo
	var refused *refuse.Error
	switch {
	case errors.As(err, &no):
		a.sayNo(no.text.ZH, no.text.EN)
		return exitNo
	case errors.As(err, &refused):
		a.sayNo(refused.In("zh"), refused.In("en"))
		return exitRefuse
	default:
		a.sayFault(ctx, err)
		return exitFailed
	}
}

// parts takes joined errors apart.
func parts(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, parts(e)...)
	}
	return all
}

// text picks the language of the run.
func (a *app) text(zh, en string) string { return refuse.Text{ZH: zh, EN: en}.In(a.set.Lang) }

// say writes one line for the person to standard error: something to look at.
func (a *app) say(zh, en string) { a.line(watch, zh, en) }

// sayNo is say for what was refused or has failed.
func (a *app) sayNo(zh, en string) { a.line(alarm, zh, en) }

func (a *app) line(t tone, zh, en string) {
	fmt.Fprintln(a.errors, coloured(a.errors, t, "canbao:")+" "+a.text(zh, en))
}

// tell is say for progress and hints, which --quiet silences.
func (a *app) tell(zh, en string) {
	if !a.set.Quiet {
		fmt.Fprintln(a.errors, a.text(zh, en))
	}
}

// wrong is a refusal without a place: wrong use of the program.
func wrong(what, do refuse.Text) error { return &refuse.Error{What: what, Do: do} }
