package source

import (
	"sync/atomic"

	"canbao/etl/clean"
)

// unnamed notes the columns that have text under no header. What stands there
// is kept out; that it stands there is told.
type unnamed struct {
	bare []int // columns of the table without a header
	seen [maxColumns]atomic.Bool
}

func newUnnamed(headers []string) *unnamed {
	u := &unnamed{}
	for i, h := range headers[:min(len(headers), maxColumns)] {
		if clean.Empty([]byte(h)) {
			u.bare = append(u.bare, i)
		}
	}
	return u
}

// seeWithin looks at the columns of the table that have no header.
func (u *unnamed) seeWithin(cells [][]byte) {
	for _, i := range u.bare {
		if i < len(cells) && !clean.Empty(cells[i]) {
			u.seen[i].Store(true)
		}
	}
}

// seeBeyond looks at the columns behind the last one of the table.
func (u *unnamed) seeBeyond(cells [][]byte, width int) {
	for i := width; i < min(len(cells), maxColumns); i++ {
		if len(cells[i]) > 0 && !clean.Empty(cells[i]) {
			u.seen[i].Store(true)
		}
	}
}

func (u *unnamed) letters() []string {
	var names []string
	for i := range u.seen {
		if u.seen[i].Load() {
			names = append(names, columnLetters(i))
		}
	}
	return names
}

// columnLetters is what a spreadsheet calls the column: A, B ... Z, AA ...
func columnLetters(i int) string {
	var name []byte
	for i++; i > 0; i = (i - 1) / 26 {
		name = append([]byte{byte('A' + (i-1)%26)}, name...)
	}
	return string(name)
}
