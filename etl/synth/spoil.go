package synth

// What a loader must hold back, with the very reasons given.

// spoil makes the row one that must be held back, and tells the reasons.
func (t *table) spoil() []string {
	if t.group == nil && t.dice.chance(60_000) {
		return t.tear()
	}
	// A Parquet file has no row longer or shorter than the others.
	for try := 0; try < 40 || t.group != nil; try++ {
		cells := t.cells()
		if reasons := t.hurt(cells); reasons != nil {
			t.rewrite(cells)
			return reasons
		}
	}
	return t.tear()
}

// tear makes the row longer or shorter than the header.
func (t *table) tear() []string {
	cells := t.cells()
	if len(cells) > 4 && t.dice.chance(600_000) {
		cells = cells[:3+t.dice.below(len(cells)-4)]
	} else {
		cells = append(cells, []byte(attached[t.enc]))
	}
	t.rewrite(cells)
	return []string{"ragged"}
}

// hurt spoils a cell, or two; nil where what it tried does not fit the row.
func (t *table) hurt(cells [][]byte) []string {
	i := t.dice.below(len(t.cols))
	f := t.cols[i].field
	filled := f.required() && len(cells[i]) > 0
	switch n := t.dice.below(100); {
	case n < 45:
		return t.hurtID(cells)
	case n < 55:
		if filled {
			cells[i] = nil
			return []string{t.missing(f)}
		}
	case n < 61: // two faults in one row
		if at := t.column(fID); filled && f != fID && at >= 0 && badDigit(cells[at]) {
			cells[i] = nil
			return []string{"id_checksum", "missing:" + f.name()}
		}
	default:
		return t.hurtCell(f, cells, i)
	}
	return nil
}

func (t *table) column(f field) int {
	for i, c := range t.cols {
		if c.field == f {
			return i
		}
	}
	return -1
}

func (t *table) hurtCell(f field, cells [][]byte, i int) []string {
	pick := func(words []word) { cells[i] = []byte(words[t.dice.below(len(words))][t.enc]) }
	switch f.role() {
	case roleDay, roleTime:
		pick(noDays)
		return []string{"bad_date:" + f.name()}
	case roleYear:
		if len(cells[i]) > 0 {
			cells[i] = []byte("202")
			return []string{"bad_date:year"}
		}
	case roleAmount:
		pick(noAmounts)
		return []string{"bad_amount:" + f.name()}
	case roleFlag, roleWord:
		pick(noWords)
		return []string{"unknown_word:" + f.name()}
	case roleScheme:
		pick(noSchemes)
		return []string{"unknown_scheme"}
	case roleTown:
		if t.Dataset == "roster" && t.dice.chance(300_000) {
			pick(noTowns)
			if at := t.column(fCode); at >= 0 {
				cells[at] = nil
			}
			return []string{"unknown_area"}
		}
	}
	return nil
}

// hurtID damages the document number as clerks and spreadsheets do.
func (t *table) hurtID(cells [][]byte) []string {
	at := t.column(fID)
	if at < 0 || len(cells[at]) != 18 {
		return nil
	}
	id := cells[at]
	switch t.dice.below(10) {
	case 0, 1, 2:
		if badDigit(id) {
			return []string{"id_checksum"}
		}
	case 3, 4: // a spreadsheet shows six digits
		cells[at] = []byte(string(id[0]) + "." + string(id[1:6]) + "E+17")
		return []string{"id_damaged"}
	case 5, 6: // a spreadsheet keeps fifteen
		copy(id[15:], "000")
		if checkDigit(id[:17]) != '0' {
			return []string{"id_damaged"}
		}
	case 7:
		cells[at] = append(id[:9:9], id[10:]...)
		return []string{"id_length"}
	case 8:
		copy(id[10:], "13")
		id[17] = checkDigit(id[:17])
		return []string{"id_date"}
	case 9:
		cells[at] = nil
		return []string{t.missing(fID)}
	}
	return nil
}

// missing is the reason for a cell left empty. Whom a visit is about could be
// told by a code as well.
func (t *table) missing(f field) string {
	if f == fID && t.Dataset == "visit" {
		return "missing:person"
	}
	return "missing:" + f.name()
}

// badDigit gives the number a wrong check digit.
func badDigit(id []byte) bool {
	if len(id) != 18 {
		return false
	}
	right := checkDigit(id[:17])
	if id[17] = '7'; right == '7' {
		id[17] = '4'
	}
	return true
}
