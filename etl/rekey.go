package etl

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"canbao/etl/seal"
	"canbao/sql/duck"
)

// rekeying turns what one key sealed into what another seals. It is used by
// many threads at once and never changes.
type rekeying struct {
	from, to *seal.Key
	kept     map[seal.Person]keptDocument // people whose key is a hash
}

type keptDocument struct {
	docType string
	number  []byte
}

// errOther says that something was not sealed with the key at hand, or is
// damaged. It repeats nothing of it.
var errOther = errors.New("a value does not open with the key of the warehouse")

// textUse names the texts of one field.
func textUse(field byte) string { return fmt.Sprintf("text_%02x", field) }

// function is the name that statements call a use by. It bears the keys' ids: a
// second rotation of the same process is never served by the first one's.
func (r Rotation) function(use string) string {
	ids := strings.ReplaceAll(r.From.ID()+"_"+r.To.ID(), "-", "_")
	return "reseal_" + use + "_" + ids
}

// register makes the functions that seal anew callable on the connection.
func (r Rotation) register(ctx context.Context, conn *sql.Conn, tables []warehouseTable) error {
	k := &rekeying{from: r.From, to: r.To, kept: map[seal.Person]keptDocument{}}
	sealed, err := keptDocuments(ctx, conn)
	if err != nil {
		return err
	}
	for p, document := range sealed {
		docType, number, err := r.From.OpenDocument(document, p)
		if err != nil {
			return fmt.Errorf("read the documents kept: %w", err)
		}
		k.kept[p] = keptDocument{docType, number}
	}
	uuid, blob := duck.UUID, duck.Blob
	functions := map[string]duck.Function{
		"person": {Args: []duck.Kind{uuid}, Result: uuid, New: k.people},
		"found":  {Args: []duck.Kind{uuid}, Result: duck.Bool, New: k.found},
		"row":    {Args: []duck.Kind{blob}, Result: blob, New: k.rows},
	}
	for _, t := range tables {
		for _, c := range t.columns {
			if c.form == sealedText {
				functions[textUse(c.fieldOf())] = duck.Function{Args: []duck.Kind{uuid, blob}, Result: blob, New: k.texts(c.fieldOf())}
			}
		}
	}
	for use, f := range functions {
		if err := f.Register(conn, r.function(use)); err != nil {
			return err
		}
	}
	return nil
}

// person is the key that stands for p under the new key.
func (k *rekeying) person(s *seal.Sealer, p seal.Person) (seal.Person, bool) {
	if d, ok := k.kept[p]; ok {
		return s.Person(d.docType, d.number), true
	}
	docType, number, ok := k.from.Open(p)
	if !ok {
		return p, false
	}
	return s.Person(docType, []byte(number)), true
}

func (k *rekeying) people() func([][]byte) ([]byte, error) {
	s := k.to.Sealer()
	return func(args [][]byte) ([]byte, error) {
		p, ok := k.person(s, seal.Person(args[0]))
		if !ok {
			return nil, errOther
		}
		return p[:], nil
	}
}

func (k *rekeying) found() func([][]byte) ([]byte, error) {
	s := k.to.Sealer()
	return func(args [][]byte) ([]byte, error) {
		if _, ok := k.person(s, seal.Person(args[0])); !ok {
			return []byte{0}, nil
		}
		return []byte{1}, nil
	}
}

func (k *rekeying) texts(field byte) func() func([][]byte) ([]byte, error) {
	return func() func([][]byte) ([]byte, error) {
		s := k.to.Sealer()
		var sealed []byte
		return func(args [][]byte) ([]byte, error) {
			was := seal.Person(args[0])
			plain, err := k.from.OpenText(args[1], was, field)
			now, ok := k.person(s, was)
			if err != nil || !ok {
				return nil, errOther
			}
			sealed = s.Text(sealed[:0], now, field, plain)
			return sealed, nil
		}
	}
}

func (k *rekeying) rows() func([][]byte) ([]byte, error) {
	return func(args [][]byte) ([]byte, error) {
		plain, err := k.from.OpenRow(args[0])
		if err != nil {
			return nil, errOther
		}
		return k.to.SealRow(plain), nil
	}
}
