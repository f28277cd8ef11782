package etl

import "canbao/etl/source"

// opened is a file that has been opened, or the reason why it was not.
type opened struct {
	path string
	file *source.File
	err  error
}

// ahead opens the next file, which reads it once, while the database is busy
// with the one before.
type ahead struct {
	files chan opened
	stop  chan struct{}
}

func openAhead(paths []string) *ahead {
	a := &ahead{files: make(chan opened), stop: make(chan struct{})}
	go func() {
		defer close(a.files)
		for _, path := range paths {
			o := opened{path: path}
			o.file, o.err = source.Open(path, fit)
			select {
			case a.files <- o:
			case <-a.stop:
				if o.file != nil {
					o.file.Close()
				}
				return
			}
		}
	}()
	return a
}

// next is the next file in order; it is the taker's to close.
func (a *ahead) next() opened { return <-a.files }

// close ends the opening where files are left.
func (a *ahead) close() {
	close(a.stop)
	for o := range a.files {
		if o.file != nil {
			o.file.Close()
		}
	}
}
