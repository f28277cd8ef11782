package etl

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"canbao/etl/seal"
)

// Remark is what somebody noted when they visited a person, in the clear.
type Remark struct {
	Day           time.Time
	Text, Visitor string // Visitor is empty where it was not written down
}

// Remarks opens the last remark on each of some people, noted on or before a day
// when they were visited for an item. Sheets may call the item by its id or its
// title.
func (o *Opener) Remarks(ctx context.Context, people []seal.Person, id, title string, until time.Time) (map[seal.Person]Remark, error) {
	wanted := make([]string, len(people))
	for i, p := range people {
		wanted[i] = hex.EncodeToString(p[:])
	}
	rows, err := o.db.QueryContext(ctx, `
with wanted as (select cast(unnest(string_split(?, ',')) as uuid) as person)
select person, visited_on, remark, visitor
from raw.visit semi join wanted using (person)
where not repeated and remark is not null and item in (?, ?) and visited_on <= cast(? as date)
qualify row_number() over (partition by person order by visited_on desc, load desc, line desc) = 1`,
		strings.Join(wanted, ","), id, title, until.Format(time.DateOnly))
	if err != nil {
		return nil, fmt.Errorf("look for remarks: %w", err)
	}
	defer rows.Close()
	found := map[seal.Person]Remark{}
	for rows.Next() {
		var person, remark, visitor []byte
		var r Remark
		if err := rows.Scan(&person, &r.Day, &remark, &visitor); err != nil {
			return nil, fmt.Errorf("look for remarks: %w", err)
		}
		who := seal.Person(person)
		text, err := o.key.OpenText(remark, who, 'r')
		if err == nil && visitor != nil {
			var name []byte
			name, err = o.key.OpenText(visitor, who, 'v')
			r.Visitor = string(name)
		}
		if err != nil {
			return nil, fmt.Errorf("look for remarks: %w", err)
		}
		r.Text = string(text)
		found[who] = r
	}
	return found, rows.Err()
}
