package access

import "time"

// Limits are how much one user of a role may ask for. Zero allows nothing.
type Limits struct {
	Time       time.Duration // of one query, waiting in the queue not counted
	Memory     string        // of one query's engine, such as "512MB"
	Threads    int           // of one query's engine
	Rows       int64         // of an answer that is looked at
	Bytes      int64         // of any answer
	ExportRows int64         // of an answer that is taken away as a file or over the wire
	Concurrent int           // queries of one user at once; the next ones wait
}

var limits = map[Role]Limits{
	Leader:   {Time: 20 * time.Second, Memory: "256MB", Threads: 1, Rows: 10_000, Bytes: 64_000_000, ExportRows: 100_000, Concurrent: 2},
	Analyst:  {Time: 5 * time.Minute, Memory: "1GB", Threads: 2, Rows: 1_000_000, Bytes: 4_000_000_000, ExportRows: 20_000_000, Concurrent: 4},
	Town:     {Time: 30 * time.Second, Memory: "512MB", Threads: 1, Rows: 100_000, Bytes: 256_000_000, ExportRows: 1_000_000, Concurrent: 2},
	Operator: {Time: 5 * time.Minute, Memory: "1GB", Threads: 2, Rows: 1_000_000, Bytes: 4_000_000_000, ExportRows: 20_000_000, Concurrent: 4},
	Auditor:  {Time: 20 * time.Second, Memory: "256MB", Threads: 1, Rows: 10_000, Bytes: 64_000_000, ExportRows: 100_000, Concurrent: 1},
}

// Limits are the limits of the role where nobody has set others; none for a
// role this program does not know.
func (r Role) Limits() Limits { return limits[r] }

// LimitBook holds the limits that were set, by role.
type LimitBook map[Role]Limits

// Of returns the limits of a role: those set, else its own.
func (b LimitBook) Of(r Role) Limits {
	if l, ok := b[r]; ok && r.Known() {
		return l
	}
	return r.Limits()
}
