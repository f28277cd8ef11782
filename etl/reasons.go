package etl

import (
	"math/bits"
	"strings"
)

// reasonSet is the set of reasons that hold a row back, as bits of the
// dataset's reason list.
type reasonSet uint64

// reasonList numbers the reasons a row of one dataset can be held back for, in
// the contract's order.
type reasonList struct {
	names []string
	byKey map[string]reasonSet
}

func newReasonList(d *dataset) *reasonList {
	l := &reasonList{byKey: map[string]reasonSet{}}
	for _, name := range []string{"id_length", "id_date", "id_checksum", "id_damaged"} {
		l.add(name)
	}
	if d.coded {
		l.add("missing:person")
	}
	for _, f := range d.fields {
		if f.required || f.name == "year" {
			l.add("missing:" + f.name)
		}
	}
	for _, f := range d.fields {
		switch f.kind {
		case kindDay, kindPast, kindTime, kindYear:
			l.add("bad_date:" + f.name)
		}
	}
	for _, f := range d.fields {
		switch f.kind {
		case kindFen, kindCount:
			l.add("bad_amount:" + f.name)
		}
	}
	if d.coded {
		l.add("unknown_person")
		l.add("other_person")
		l.add("other_area")
	}
	l.add("unknown_scheme")
	l.add("unknown_area")
	for _, f := range d.fields {
		switch f.kind {
		case kindWord, kindYesNo:
			if f.name != "scheme" {
				l.add("unknown_word:" + f.name)
			}
		}
	}
	l.add("ragged")
	return l
}

func (l *reasonList) add(name string) {
	l.byKey[name] = 1 << len(l.names)
	l.names = append(l.names, name)
}

// of is the set of the one reason named; a name the dataset cannot have is a
// defect of the program.
func (l *reasonList) of(name string) reasonSet {
	set, ok := l.byKey[name]
	if !ok {
		panic("no such reason: " + name)
	}
	return set
}

// each calls fn for every reason in the set, in order.
func (l *reasonList) each(set reasonSet, fn func(name string)) {
	for set != 0 {
		i := bits.TrailingZeros64(uint64(set))
		fn(l.names[i])
		set &^= 1 << i
	}
}

// text joins the reasons with blanks, as the quarantine keeps them.
func (l *reasonList) text(set reasonSet) string {
	var names []string
	l.each(set, func(name string) { names = append(names, name) })
	return strings.Join(names, " ")
}
