package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How often somebody may fail to sign in: so many times at once, and one more
// each time that passes. A person who has forgotten which of three passwords it
// was never meets it, nor does a tool that has the right one; a program that
// guesses gets a few hundred guesses an hour.
var (
	perAddress = allowance{burst: 20, every: 5 * time.Second}
	perName    = allowance{burst: 10, every: 15 * time.Second}
	perKnown   = allowance{burst: 10, every: 5 * time.Second}
)

type allowance struct {
	burst int
	every time.Duration
}

// Gate slows down who fails to sign in over and over, whichever way they come: it
// is one for all ways in. It is safe for concurrent use.
type Gate struct {
	now   func() time.Time
	key   []byte
	mutex sync.Mutex
	tries map[string]*rate.Limiter // by address and by name
	seen  map[string]bool          // names that have signed in, with the address
}

// maxTries is how many addresses and names are kept apart at once.
const maxTries = 20_000

// NewGate makes a gate by the clock; nil is the time of day.
func NewGate(now func() time.Time) *Gate {
	if now == nil {
		now = time.Now
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails (crypto/rand)
	return &Gate{now: now, key: key, tries: map[string]*rate.Limiter{}, seen: map[string]bool{}}
}

// Admit takes an attempt and returns 0, or tells how long to wait for the next
// one. A refused attempt counts for nothing: who waits as told gets in. Who then
// signs in gets the attempt back by Pass.
//
// Client is where the attempt comes from (Client). The name may be empty, for a
// token, which is counted by its address alone. Known is of a client that has
// shown the Mark of the name: whoever tries a name over and over from elsewhere
// fills the measure of all strange clients and not that of this one, so that
// nobody is locked out by others. An address the name has signed in from is
// likewise its own.
func (g *Gate) Admit(client, name string, known bool) (wait time.Duration) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	now := g.now()
	counted := g.counted(client, name, known)
	for _, l := range counted {
		wait = max(wait, missing(l, now))
	}
	if wait == 0 {
		for _, l := range counted {
			l.AllowN(now, 1)
		}
	}
	return wait
}

// Pass gives back an attempt that did not fail.
func (g *Gate) Pass(client, name string, known bool) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	now := g.now()
	for _, l := range g.counted(client, name, known) {
		l.AllowN(now, -1)
	}
	if name == "" {
		return
	}
	if len(g.seen) >= maxTries {
		clear(g.seen)
	}
	g.seen[strings.ToLower(name)+" from "+client] = true
}

// counted is what an attempt counts against. The caller holds the mutex.
func (g *Gate) counted(client, name string, known bool) []*rate.Limiter {
	from := g.limiter("from "+client, perAddress)
	name = strings.ToLower(name)
	switch own := name + " from " + client; {
	case name == "":
		return []*rate.Limiter{from}
	case known:
		return []*rate.Limiter{from, g.limiter("known "+name, perKnown)}
	case g.seen[own]:
		return []*rate.Limiter{from, g.limiter("own "+own, perName)}
	}
	return []*rate.Limiter{from, g.limiter("name "+name, perName)}
}

// missing is how long it takes until there is a whole attempt.
func missing(l *rate.Limiter, now time.Time) time.Duration {
	if tokens := l.TokensAt(now); tokens < 1 {
		return time.Duration((1-tokens)/float64(l.Limit())*float64(time.Second)) + time.Millisecond
	}
	return 0
}

func (g *Gate) limiter(of string, m allowance) *rate.Limiter {
	if l, known := g.tries[of]; known {
		return l
	}
	if len(g.tries) >= maxTries {
		g.forget()
	}
	l := rate.NewLimiter(rate.Every(m.every), m.burst)
	g.tries[of] = l
	return l
}

// forget drops those that have all their attempts again, and where there are
// none such, all: an attacker of so many addresses is not held up by this.
func (g *Gate) forget() {
	now := g.now()
	for of, l := range g.tries {
		if l.TokensAt(now) >= float64(l.Burst()) {
			delete(g.tries, of)
		}
	}
	if len(g.tries) >= maxTries {
		clear(g.tries)
	}
}

// Mark is what tells a client that u has signed in from, until a new password. It
// is worth nothing at another gate, nor after the program was started anew.
func (g *Gate) Mark(u User) string {
	h := hmac.New(sha256.New, g.key)
	h.Write([]byte(strings.ToLower(u.Name) + "\x00" + strconv.Itoa(u.Generation)))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// Marked tells whether the mark is that of u.
func (g *Gate) Marked(u User, mark string) bool {
	return hmac.Equal([]byte(mark), []byte(g.Mark(u)))
}

// Client is whose attempts are counted together, of an address with its port: the
// address, of IPv6 the network of a household, which has more addresses than there
// are to count. What is no such address is taken as it is.
func Client(address string) string {
	p, err := netip.ParseAddrPort(address)
	if err != nil {
		return address
	}
	a := p.Addr().Unmap().WithZone("")
	if a.Is6() {
		if network, err := a.Prefix(64); err == nil {
			return network.String()
		}
	}
	return a.String()
}
