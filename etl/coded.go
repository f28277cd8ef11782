package etl

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"

	"canbao/etl/clean"
	"canbao/etl/refuse"
	"canbao/etl/seal"
)

// asksKept tells whether the documents that no person key holds decide about
// rows: where a file says by their key whom it is about.
func (c *converter) asksKept() bool { return c.m.dataset.coded }

// byCode tells whether a row says by the person key whom it is about. What
// stands under the number of the document is then held against it only.
func (s *sheet) byCode(r int) bool {
	i, coded := s.c.at["person"]
	return coded && s.cols[i].has && !s.cols[i].empty[r]
}

// identifyByCode reads the person keys (人员代码) of a sheet that came back. A
// key is one that the city's key has made: of any other it opens to nothing, be
// it mistyped or printed before the key was changed.
//
// A masked number tells nobody by itself, but beside a key it shows whether the
// two still belong together: a sheet of which only some columns were sorted
// would put one person's answer to another.
func (s *sheet) identifyByCode() {
	codes, numbers := &s.cols[s.c.at["person"]], &s.cols[s.c.at["id_no"]]
	for r := range s.rows {
		numbered := numbers.has && !numbers.empty[r]
		switch {
		case s.byCode(r):
			p, number, known := s.c.opened(codes.text(r))
			switch {
			case !known:
				s.faults[r] |= s.c.stranger
				continue
			case numbered && !s.sameNumber(r, p, number):
				s.faults[r] |= s.c.other
			}
			s.people[r] = p
		case !numbered:
			s.faults[r] |= s.c.nobody
		case strings.Contains(string(numbers.text(r)), "*"):
			for _, id := range s.c.ids {
				s.faults[r] &^= id
			}
			s.faults[r] |= s.c.nobody
		}
	}
}

// opened is the person a code stands for and the number of their document.
func (c *converter) opened(code []byte) (p seal.Person, number string, known bool) {
	raw, err := hex.DecodeString(strings.ReplaceAll(string(code), "-", ""))
	if err != nil || copy(p[:], raw) != len(p) || len(raw) != len(p) {
		return p, "", false
	}
	if document, kept := c.kept[p]; kept {
		_, text, err := c.key.OpenDocument(document, p)
		return p, string(text), err == nil
	}
	docType, number, known := c.key.Open(p)
	if _, listed := c.foreign[p]; docType != "" && !listed {
		return p, "", false
	}
	return p, number, known
}

// foreigners are the people on the roster under another document than a card.
// Where a key of a card is told by what it opens to, once in ninety thousand
// chance bytes open to what looks like one of theirs.
func foreigners(ctx context.Context, conn *sql.Conn) (map[seal.Person]struct{}, error) {
	rows, err := conn.QueryContext(ctx, "select distinct person from raw.roster where id_type is not null")
	if err != nil {
		return nil, fmt.Errorf("look for people without a card: %w", err)
	}
	defer rows.Close()
	found := map[seal.Person]struct{}{}
	for rows.Next() {
		var person []byte
		if err := rows.Scan(&person); err != nil {
			return nil, fmt.Errorf("look for people without a card: %w", err)
		}
		found[seal.Person(person)] = struct{}{}
	}
	return found, rows.Err()
}

// sameNumber tells whether the number written beside a key, whole or masked as
// lists mask it, is that of the person.
func (s *sheet) sameNumber(r int, p seal.Person, number string) bool {
	cell := s.cols[s.c.at["id_no"]].text(r)
	text := strings.ToUpper(string(clean.Label(nil, cell)))
	if text == strings.ToUpper(number) || text == strings.ToUpper(seal.MaskNumber(number)) {
		return true
	}
	id, faults := clean.ParseID(cell, s.cols[s.c.at["id_type"]].text(r), s.c.loadDay)
	return faults == 0 && s.sealer.Person(id.Type, id.Number()) == p
}

// notTheirs refuses a sheet of rows held back from whoever may load for some areas
// only: whose rows its numbers release is not for them to say.
func notTheirs(where string) error {
	return &refuse.Error{
		What:  refuse.Text{ZH: "这是暂存行的更正表", EN: "it is a sheet of rows held back"},
		Where: where,
		Do:    refuse.Text{ZH: "请改走访表重新装载，或交给管理员装载更正表", EN: "mend the sheet of the visits and load that, or hand this one to the administrator"},
	}
}

// judgeUnanswered lets the rows pass on which nothing was written: nobody was
// there yet, and a sheet may come back half done. Where a load is for some areas,
// what was written about people of others is held back.
func (s *sheet) judgeUnanswered() {
	answer, day := s.c.at["answer"], s.c.at["visited_on"]
	for r := range s.rows {
		written := false
		for _, name := range []string{"answer", "visited_on", "proof", "remark"} {
			col := &s.cols[s.c.at[name]]
			written = written || col.has && !col.empty[r]
		}
		if !written {
			s.faults[r] &^= s.c.missing[answer] | s.c.missing[day]
			continue
		}
		if s.c.within != nil && s.faults[r] == 0 {
			if _, theirs := s.c.within[s.people[r]]; !theirs {
				s.faults[r] |= s.c.beyond
			}
		}
	}
}
