package synth

import "bytes"

// What a loader must absorb without loss.

// soil writes one cell of the row in a way that means the same.
func (t *table) soil() {
	cells := t.cells()
	for range 8 {
		i := t.dice.below(len(t.cols))
		if len(cells[i]) == 0 || t.cols[i].field == fSerial {
			continue
		}
		if cell := t.untidy(t.cols[i].field, cells[i]); cell != nil {
			cells[i] = cell
			t.rewrite(cells)
			return
		}
	}
}

// untidy is another spelling of a cell, nil where there is none.
func (t *table) untidy(f field, cell []byte) []byte {
	switch f.role() {
	case roleID:
		return t.untidyID(cell)
	case roleDay, roleTime:
		return t.untidyDay(f, cell)
	case roleAmount:
		return t.untidyAmount(cell)
	case roleFlag:
		i := 0
		if string(cell) == no[t.enc] {
			i = 1
		}
		return []byte([...][2]string{{"Y", "N"}, {"1", "0"}, {"true", "false"}}[t.dice.below(3)][i])
	case roleTown:
		if len(t.alias) > 0 {
			return []byte(t.alias[t.dice.below(len(t.alias))][t.enc])
		}
	case roleYear:
		return append(cell, ' ')
	}
	if t.dice.chance(500_000) {
		return append(cell, ' ', ' ')
	}
	return append([]byte(wideBlank[t.enc]), cell...)
}

func (t *table) untidyID(cell []byte) []byte {
	switch t.dice.below(6) {
	case 0:
		return append([]byte{'\''}, cell...)
	case 1:
		return t.fullWidth(cell)
	case 2:
		return append(cell, ' ')
	case 3:
		if cell[len(cell)-1] == 'X' {
			return bytes.ToLower(cell)
		}
	case 4:
		if len(cell) == 18 && string(cell[6:8]) == "19" { // the number of the first cards
			return append(append([]byte(nil), cell[:6]...), cell[8:17]...)
		}
	case 5:
		if t.wraps {
			return append(append([]byte(`="`), cell...), '"')
		}
		return append(cell, "  "...)
	}
	return nil
}

// fullWidth writes digits as wide as Chinese characters.
func (t *table) fullWidth(cell []byte) []byte {
	var out []byte
	for _, c := range cell {
		if c >= '0' && c <= '9' {
			out = append(out, wideDigits[c-'0'][t.enc]...)
		} else {
			out = append(out, c)
		}
	}
	return out
}

func (t *table) untidyDay(f field, cell []byte) []byte {
	if t.style != dashes || len(cell) < 10 {
		return append(cell, ' ')
	}
	two := func(i int) int { return int(cell[i]-'0')*10 + int(cell[i+1]-'0') }
	d, rest := Date(two(0)*100+two(2), two(5), two(8)), cell[10:]
	style := [...]dayStyle{slashes, dots, compact, hanzi, serial}[t.dice.below(5)]
	switch {
	case style == hanzi:
		out := []byte(wordOf(string(appendDay(nil, d, hanzi)))[t.enc])
		return append(out, rest...)
	case style == serial && (len(rest) > 0 || d < 0):
		style = slashes
	}
	out := append(appendDay(nil, d, style), rest...)
	if f.role() == roleDay && t.dice.chance(300_000) && style != serial {
		out = append(out, " 00:00:00"...)
	}
	return out
}

func (t *table) untidyAmount(cell []byte) []byte {
	switch t.dice.below(4) {
	case 0:
		return t.fullWidth(cell)
	case 1:
		return append([]byte(yuanSign[t.enc]), cell...)
	case 2:
		return append(cell, yuanWord[t.enc]...)
	}
	point := bytes.IndexByte(cell, '.')
	if point > 3 && cell[0] != '-' && t.comma != ',' { // 1,234.00
		return append(append(append([]byte(nil), cell[:point-3]...), ','), cell[point-3:]...)
	}
	return nil
}
