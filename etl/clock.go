package etl

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"canbao/etl/refuse"
)

// now is the moment of the load: the clock's, or the last load's where keepTime
// has found the clock behind it.
func (l *Loader) now() time.Time {
	switch {
	case !l.moment.IsZero():
		return l.moment
	case !l.Now.IsZero():
		return l.Now
	}
	return time.Now()
}

// keepTime never lets the moment of a load fall behind that of the load before:
// a clock set back would hold back payments as later than the load day, though
// they lay before it yesterday. Loads are ordered by their numbers alone; their
// moments only follow.
//
// A clock that was wrong once, far ahead, is wrong in the ledger for good: the
// warning names the load, so that it can be taken back.
func (l *Loader) keepTime(ctx context.Context) error {
	l.moment = time.Time{}
	l.moment = l.now()
	var load int
	var last time.Time
	err := l.DB.QueryRowContext(ctx, "select load, loaded_at from raw.load order by loaded_at desc, load desc limit 1").Scan(&load, &last)
	if err == sql.ErrNoRows {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find the moment of the last load: %w", err)
	}
	now := l.moment
	// The ledger keeps local time without a zone, which is read as UTC.
	last = time.Date(last.Year(), last.Month(), last.Day(), last.Hour(), last.Minute(), last.Second(), 0, now.Location())
	if !last.After(now) {
		return nil
	}
	l.moment = last
	today, was := now.Format(time.DateOnly), last.Format(time.DateOnly)
	if today == was || l.Warn == nil {
		return nil
	}
	l.Warn(refuse.Text{
		ZH: fmt.Sprintf("电脑时钟是 %s，而第 %d 次装载记的是 %s：这次装载按 %s 算。请校准时钟；若是那次装载时的时钟错了，请撤回那次装载后重新装载",
			today, load, was, was),
		EN: fmt.Sprintf("the clock says %s, yet load %d was on %s: this load counts as of %s. Set the clock right; if it was wrong then, take that load back and load it again",
			today, load, was, was),
	})
	return nil
}
