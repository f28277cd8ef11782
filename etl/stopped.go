package etl

// Stopped is the error of a load that ended before its last file: what was
// done stays, what was under way is undone, the rest was never begun.
type Stopped struct {
	Done []string // files that were loaded or refused
	File string   // the file that was under way: nothing of it is kept
	Left []string // files not begun
	Err  error    // why
}

// stopped is the error of a load of files that ended in the one numbered at.
func stopped(files []string, at int, err error) error {
	return &Stopped{Done: files[:at], File: files[at], Left: files[at+1:], Err: err}
}

func (s *Stopped) Error() string { return "load " + s.File + ": " + s.Err.Error() }

// Unwrap returns the cause.
func (s *Stopped) Unwrap() error { return s.Err }
