package etl

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"canbao/etl/clean"
	"canbao/etl/refuse"
	"canbao/etl/seal"
	"canbao/sql/duck"
)

// Revealed is an entry of the record of who looked at identity. Entries are
// only ever added.
type Revealed struct {
	At   time.Time // local
	By   string
	Verb string
	What string // the file it went to, "" for standard output
	Rows int64

	// Of a list of who is missing.
	Campaign, Item, AreaCode string
	AsOf                     time.Time
	Reason                   string // kept in the clear: it must not hold anybody's number
}

// Reveal records that somebody is about to see identity.
func Reveal(ctx context.Context, db *duck.DB, r Revealed) error {
	if err := namesNobody(r.Reason, r.At); err != nil {
		err.Do = refuse.Text{ZH: "去掉号码；没有显示任何人", EN: "leave it out; nobody was shown"}
		return err
	}
	var asOf any
	if !r.AsOf.IsZero() {
		asOf = r.AsOf.Format(time.DateOnly)
	}
	_, err := db.ExecContext(ctx, `
insert into raw.reveal (revealed_at, revealed_by, verb, what, rows, campaign, item, area_code, as_of, reason)
values (?, nullif(?, ''), ?, ?, ?, nullif(?, ''), nullif(?, ''), nullif(?, ''), cast(? as date), nullif(?, ''))`,
		r.At.Format(time.DateTime), r.By, r.Verb, nobody(r.What, clean.DayOf(r.At)), r.Rows, r.Campaign, r.Item, r.AreaCode, asOf, r.Reason)
	if err != nil {
		return fmt.Errorf("record who looks: %w", err)
	}
	return nil
}

// CheckReason refuses a reason that is kept in the clear and holds somebody's
// number.
func CheckReason(reason string, at time.Time) error {
	if err := namesNobody(reason, at); err != nil {
		err.Do = refuse.Text{ZH: "去掉号码", EN: "leave it out"}
		return err
	}
	return nil
}

// namesNobody refuses a reason that holds somebody's number. The caller says
// what to do.
func namesNobody(reason string, at time.Time) *refuse.Error {
	if nobody(reason, clean.DayOf(at)) == reason {
		return nil
	}
	return &refuse.Error{What: refuse.Text{ZH: "原因里有证件号码或电话，不加密保存不得写入", EN: "the reason holds somebody's number, and is not sealed"}}
}

// Revelations lists who looked at identity with a verb, oldest first.
func Revelations(ctx context.Context, db *duck.DB, verb string) ([]Revealed, error) {
	rows, err := db.QueryContext(ctx, `
select revealed_at, coalesce(revealed_by, ''), verb, what, rows, coalesce(campaign, ''), coalesce(item, ''), coalesce(area_code, ''),
    as_of, coalesce(reason, '')
from raw.reveal
where verb = ?
order by revealed_at, rowid`, verb)
	if err != nil {
		return nil, fmt.Errorf("list who looked: %w", err)
	}
	defer rows.Close()
	var all []Revealed
	for rows.Next() {
		var r Revealed
		var asOf sql.NullTime
		if err := rows.Scan(&r.At, &r.By, &r.Verb, &r.What, &r.Rows, &r.Campaign, &r.Item, &r.AreaCode, &asOf, &r.Reason); err != nil {
			return nil, fmt.Errorf("list who looked: %w", err)
		}
		r.AsOf = asOf.Time
		all = append(all, r)
	}
	return all, rows.Err()
}

// Identity is who a person is, in the clear.  Phone is empty where the roster has none.
type Identity struct{ Name, Number, Phone string }

// Opener opens who people on the roster are.
type Opener struct {
	db   *duck.DB
	key  *seal.Key
	kept map[seal.Person][]byte // documents no person key holds
}

// NewOpener is an opener of a warehouse, with its key.
func NewOpener(ctx context.Context, db *duck.DB, key *seal.Key) (*Opener, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect to the warehouse: %w", err)
	}
	defer conn.Close()
	kept, err := keptDocuments(ctx, conn)
	return &Opener{db, key, kept}, err
}

// Open opens some people. Who is not on the roster of the warehouse, be it that
// its file was taken back or that the key was changed since, is left out.
func (o *Opener) Open(ctx context.Context, people []seal.Person) (map[seal.Person]Identity, error) {
	wanted := make([]string, len(people))
	for i, p := range people {
		wanted[i] = hex.EncodeToString(p[:])
	}
	rows, err := o.db.QueryContext(ctx, `
with wanted as (select cast(unnest(string_split(?, ',')) as uuid) as person)
select person,
    arg_max(name, (load, line)) filter (where name is not null) as named,
    arg_max(phone, (load, line)) filter (where phone is not null) as phone
from raw.roster semi join wanted using (person)
where not repeated
group by person
having named is not null`, strings.Join(wanted, ","))
	if err != nil {
		return nil, fmt.Errorf("look for names: %w", err)
	}
	defer rows.Close()
	found := make(map[seal.Person]Identity, len(people))
	for rows.Next() {
		var person, name, phone []byte
		if err := rows.Scan(&person, &name, &phone); err != nil {
			return nil, fmt.Errorf("look for names: %w", err)
		}
		who := seal.Person(person)
		one, err := o.open(who, name, phone)
		if err != nil {
			return nil, fmt.Errorf("look for names: %w", err)
		}
		found[who] = one
	}
	return found, rows.Err()
}

func (o *Opener) open(who seal.Person, name, phone []byte) (Identity, error) {
	text, err := o.key.OpenText(name, who, 'n')
	if err != nil {
		return Identity{}, err
	}
	one := Identity{Name: string(text)}
	if phone != nil {
		if text, err = o.key.OpenText(phone, who, 'p'); err != nil {
			return Identity{}, err
		}
		one.Phone = string(text)
	}
	if document, kept := o.kept[who]; kept {
		_, number, err := o.key.OpenDocument(document, who)
		one.Number = string(number)
		return one, err
	}
	_, one.Number, _ = o.key.Open(who)
	return one, nil
}
