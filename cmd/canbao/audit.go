package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
	"time"

	"canbao/etl/refuse"
	"canbao/reports/audit"
	"canbao/sql/duck"
)

func (a *app) auditDir() string { return filepath.Join(a.dir, "audit") }

// deed is something that is done on the command line and goes on record.
type deed struct {
	a     *app
	log   *audit.Log // nil where the record cannot be kept, which was told
	entry audit.Entry
	told  bool // it is on record already, as done
}

// begin opens the record for something that must not be done off it.
func (a *app) begin(act audit.Act, what string) (*deed, error) {
	log, err := audit.Open(a.auditDir())
	if err != nil {
		return nil, a.unrecorded(err)
	}
	return &deed{a: a, log: log, entry: audit.Entry{By: a.byWhom(), Via: "cli", Act: act, What: what}}, nil
}

// beginLooking is begin for a look at what shows nobody: where the record cannot
// be kept, as in a workspace that may only be read, it says so, once, and goes
// on.
func (a *app) beginLooking(act audit.Act, what string) *deed {
	d, err := a.begin(act, what)
	if err == nil {
		return d
	}
	if !a.unkept {
		a.unkept = true
		a.say("操作记录写不了，这次查询没有记录在案", "the record cannot be written: this is not on record")
	}
	return &deed{a: a}
}

// byWhom is who is at work; where that is what somebody said, with the user of
// the operating system beside it.
func (a *app) byWhom() string {
	system := duck.Here(a.name, time.Now()).User
	if who := a.who(); who != system {
		return fmt.Sprintf("%s (%s)", who, system)
	}
	return system
}

// now puts the deed on record as done. What shows identity or is taken away is
// recorded before it is seen, and is not done where it cannot be recorded.
func (d *deed) now(ctx context.Context) error {
	if d == nil || d.log == nil || d.told {
		return nil
	}
	d.entry.Outcome = audit.OK
	if _, err := d.log.Append(ctx, d.entry); err != nil {
		return d.a.unrecorded(err)
	}
	d.told = true
	return nil
}

// end puts on record how the deed ended, unless it is there as done, and passes
// the error on.
func (d *deed) end(ctx context.Context, err error) error {
	if d.log == nil || d.told && err == nil {
		return err
	}
	d.entry.Outcome = outcome(ctx, err)
	if _, failed := d.log.Append(ctx, d.entry); failed != nil {
		return lateRecord(err, failed)
	}
	return err
}

// outcome is the word of the record for how something ended.
func outcome(ctx context.Context, err error) string {
	var no *answerNo
	var refused *refuse.Error
	switch {
	case err == nil:
		return audit.OK
	case ctx.Err() != nil, errors.Is(err, context.Canceled):
		return audit.Stopped
	case errors.As(err, &no), errors.As(err, &refused):
		return audit.Refused
	}
	return audit.Failed
}

// unrecorded says that something was not done because the record cannot be
// written.
func (a *app) unrecorded(err error) error {
	for _, closed := range []error{syscall.ENOTDIR, syscall.EISDIR} {
		if errors.Is(err, closed) {
			return &refuse.Error{
				What:  refuse.Text{ZH: "操作记录写不了，没有记录的事不能做", EN: "the record cannot be written, and what is not on record must not be done"},
				Where: a.auditDir(),
				Do:    refuse.Text{ZH: "这里应是程序自己的文件夹：请移开", EN: "this should be a folder of the program: move it away"},
				Err:   err,
			}
		}
	}
	return &undone{err: err, stands: refuse.Text{ZH: "操作记录写不了，没有记录的事不能做", EN: "the record cannot be written, and what is not on record must not be done"}}
}

// lateRecord says that what is done, unless err says that it is not, is not on
// record.
func lateRecord(err, failed error) error {
	if err != nil {
		return errors.Join(err, failed)
	}
	return &undone{err: failed, stands: refuse.Text{ZH: "事情已经做完，但没有记录在案", EN: "it is done, but not on record"}}
}
