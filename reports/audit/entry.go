package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"
)

// Act is the kind of thing that was done.
type Act string

const (
	SignIn       Act = "sign_in"
	SignInFailed Act = "sign_in_failed"
	SignOut      Act = "sign_out"
	Query        Act = "query"
	Export       Act = "export" // an answer or a list taken away as a file
	Reveal       Act = "reveal" // names and numbers shown or taken away
	UserChange   Act = "user"
	Load         Act = "load"
	Unload       Act = "unload"
	Build        Act = "build" // of a snapshot, published or not
	Publish      Act = "publish"
	Bulletin     Act = "bulletin"
	Visit        Act = "visit"   // answers of visits loaded
	Correct      Act = "correct" // rows held back, corrected
	Dismiss      Act = "dismiss" // rows held back, set aside
	KeyChange    Act = "key"
	Stop         Act = "stop" // somebody's query, stopped by another
	Serve        Act = "serve"
	AuditRead    Act = "audit_read"
	Healed       Act = "healed" // the record itself, after a crash
)

// How it ended.
const (
	OK      = "ok"
	Refused = "refused"
	Failed  = "failed"
	Stopped = "stopped"
)

// Entry is one thing that was done.
type Entry struct {
	Seq      int64     `json:"seq"` // 1, 2, 3 ...
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	Role     string    `json:"role,omitempty"`
	Via      string    `json:"via"` // cli, web, wire
	Act      Act       `json:"act"`
	What     string    `json:"what,omitempty"`     // in words: the SQL, the file, the user changed
	Snapshot int       `json:"snapshot,omitempty"` // number of the published snapshot, 0 for none
	Rows     int64     `json:"rows"`
	Outcome  string    `json:"outcome"`
	Prev     string    `json:"prev"` // Hash of the entry before, none for the first
	Hash     string    `json:"hash"` // SHA-256 of the line up to here, hex
}

// none is what the first entry has for the hash of the one before.
var none = strings.Repeat("0", 2*sha256.Size)

// maxWhat is the longest What kept, in bytes. More is told to be there.
const maxWhat = 16 << 10

var errForm = errors.New("not an entry as this program writes it")

// line is the entry as it is kept, chained to the one before: JSON on a line of
// its own, ending in the hash of all bytes before it.
func (e *Entry) line() ([]byte, error) {
	e.Hash = ""
	text, err := encode(*e)
	if err != nil {
		return nil, err
	}
	body, whole := bytes.CutSuffix(text, []byte(`,"hash":""}`))
	if !whole {
		return nil, errForm
	}
	e.Hash = hash(body)
	return append(body, `,"hash":"`+e.Hash+"\"}\n"...), nil
}

func encode(e Entry) ([]byte, error) {
	var b bytes.Buffer
	j := json.NewEncoder(&b)
	j.SetEscapeHTML(false)
	if err := j.Encode(e); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func hash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// tail is how long the end of a line is: ,"hash":"..."}
const tail = len(`,"hash":""}`) + 2*sha256.Size

// parse reads a line without its end. It takes only what line writes, byte for
// byte: of two readings of one line, a reader might be shown the other.
// genuine tells whether the hash is that of the line.
func parse(text []byte) (e Entry, genuine bool, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		return e, false, errForm
	}
	again, err := encode(e)
	if err != nil || !bytes.Equal(again, text) || len(text) < tail {
		return e, false, errForm
	}
	return e, e.Hash == hash(text[:len(text)-tail]), nil
}

// cleaned is e as it may be kept: nobody's number, one length at most, valid
// text, a moment to the millisecond.
func (e Entry) cleaned(now time.Time) Entry {
	if e.At.IsZero() {
		e.At = now
	}
	e.At = e.At.UTC().Truncate(time.Millisecond)
	for _, s := range []*string{&e.By, &e.Role, &e.Via, &e.What, &e.Outcome} {
		*s = shorter(Masked(strings.ToValidUTF8(*s, "\uFFFD")))
	}
	return e
}

// shorter cuts a text that is too long, and says so.
func shorter(s string) string {
	if len(s) <= maxWhat {
		return s
	}
	cut := maxWhat
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + " ... (cut, SHA-256 of the whole " + hash([]byte(s)) + ")"
}
