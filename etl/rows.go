package etl

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"canbao/sql/duck"
)

// pass is the rows of parts that go into the database one behind the other. It
// is an array.RecordReader.
type pass struct {
	members []*member
	schema  *arrow.Schema
	start   func(*member) error
	more    func() *member // the next, nil for none; may be nil
	err     error
}

var _ array.RecordReader = (*pass)(nil)

func (c *pass) last() *member { return c.members[len(c.members)-1] }

// Next makes the next batch current, of the last member or of one more.
func (c *pass) Next() bool {
	for {
		m := c.last()
		if m.part.rows.Next() {
			m.report.Accepted += m.part.rows.RecordBatch().NumRows()
			return true
		}
		if c.err = m.part.rows.Err(); c.err != nil || c.more == nil {
			return false
		}
		next := c.more()
		if next == nil {
			return false
		}
		c.members = append(c.members, next)
		if c.err = c.start(next); c.err != nil {
			return false
		}
	}
}

func (c *pass) Schema() *arrow.Schema          { return c.schema }
func (c *pass) RecordBatch() arrow.RecordBatch { return c.last().part.rows.RecordBatch() }
func (c *pass) Record() arrow.RecordBatch      { return c.RecordBatch() }
func (c *pass) Err() error                     { return c.err }
func (c *pass) Retain()                        {}
func (c *pass) Release()                       {}

// rows brings the rows of a part, and of those more gives that bring the same
// columns, into raw, holds back what is wrong, settles what is met again and
// enters them in the ledger. It returns all of them with their reports.
func (l *Loader) rows(ctx context.Context, conn *sql.Conn, first *member, more func() *member) ([]*member, error) {
	c := &pass{members: []*member{first}, more: more}
	c.start = func(m *member) error {
		if m != first {
			before := c.members[len(c.members)-2]
			l.past(before.bytes, nil)
			l.progress.Rows += before.report.Accepted + before.part.rows.held.count
			l.goOn(m.file, l.progress.Done+1)
		}
		if err := m.part.start(ctx, conn, l.workers()); err != nil {
			return err
		}
		m.part.rows.begin(m.load, l.remember(m.part.m, m.load), l.passing(m.bytes))
		return nil
	}
	if err := c.start(first); err != nil {
		return nil, err
	}
	c.schema = first.part.rows.Schema()
	defer func() {
		for _, m := range c.members {
			if m.part.rows != nil {
				m.part.rows.close()
			}
		}
	}()
	if _, err := duck.Append(ctx, conn, first.part.c.insert(l.lake.Table(first.part.m.dataset.name)), c); err != nil {
		return nil, err
	}
	return c.members, l.settleAll(ctx, conn, c.members)
}

// settleAll does what is to be done once the rows of parts are in raw.
func (l *Loader) settleAll(ctx context.Context, conn *sql.Conn, members []*member) error {
	for _, m := range members {
		p := m.part
		if m.office == "" {
			m.office = p.m.office
		}
		r := &m.report
		r.File, r.Part, r.Dataset, r.Load, r.Office = m.file, m.entry.part, p.m.dataset.name, m.load, m.office
		r.Furniture, r.Unknown, r.Sample = p.table.Furniture(), append(p.m.unknown, unnamed(p.table)...), p.c.sample
		if err := keepDocuments(ctx, conn, p.rows.documents); err != nil {
			return err
		}
		if err := m.hold(ctx, conn); err != nil {
			return err
		}
		if err := m.release(ctx, conn); err != nil {
			return err
		}
		m.fields = p.m.broughtFields()
	}
	entries := entriesOf(members)
	if err := writeFields(ctx, conn, entries...); err != nil {
		return err
	}
	repeated, err := l.settle(ctx, conn, members)
	if err != nil {
		return err
	}
	for _, m := range members {
		r := &m.report
		r.Rows = r.Accepted + m.held.rows
		r.Repeated = m.part.rows.repeated
		if repeated != nil {
			r.Repeated = repeated[m.load]
		}
		r.Accepted -= r.Repeated
		r.Quarantined = m.held.rows
		r.Reasons, r.Released = m.held.reasons, m.held.released
	}
	if err := writeEntries(ctx, conn, entries...); err != nil {
		return err
	}
	for _, m := range members {
		if m.report.Warnings, err = l.warnings(ctx, conn, m.part, &m.entry, m.held); err != nil {
			return err
		}
		if l.preview {
			m.report.Columns = m.part.m.list()
		}
	}
	return nil
}

func entriesOf(members []*member) []*entry {
	entries := make([]*entry, len(members))
	for i, m := range members {
		entries[i] = &m.entry
	}
	return entries
}

// passing tells how far the load has come within a file of that size.
func (l *Loader) passing(size int64) func(rows, bytes int) {
	at := l.progress
	most := at.Bytes + size
	return func(rows, bytes int) {
		at.Rows += int64(rows)
		at.Bytes = min(at.Bytes+int64(bytes), most) // what is packed may be more
		l.tell(at)
	}
}

// settle returns how many rows of each load are repeats, nil where the database
// had nothing to judge and what the rows were found to be on their way holds.
func (l *Loader) settle(ctx context.Context, conn *sql.Conn, members []*member) (map[int]int64, error) {
	first, last := members[0], members[len(members)-1]
	s := settling{lake: l.lake, dataset: first.part.m.dataset, load: first.load, last: last.load,
		first: l.met.since, former: l.met.former}
	for _, m := range members {
		s.again = append(s.again, m.part.rows.met.again...)
		s.lost = append(s.lost, m.part.rows.met.lost...)
		s.forgot = s.forgot || m.part.rows.met.all
	}
	l.met.over = l.met.full()
	if l.Number != 0 {
		const ask = "select exists (select 1 from raw.load where dataset = ? and load > ?)"
		if err := conn.QueryRowContext(ctx, ask, s.dataset.name, s.load).Scan(&s.others); err != nil {
			return nil, fmt.Errorf("ask for later loads: %w", err)
		}
	}
	return settle(ctx, conn, s)
}
