package web

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How often somebody may try to sign in: so many at once, and one more each
// time that passes. A person who has forgotten which of three passwords it was
// never meets it; a program that guesses gets a few hundred guesses an hour.
var (
	perAddress = allowance{burst: 20, every: 5 * time.Second}
	perName    = allowance{burst: 10, every: 15 * time.Second}
	perKnown   = allowance{burst: 10, every: 5 * time.Second}
)

type allowance struct {
	burst int
	every time.Duration
}

// gate slows down who tries to sign in over and over.
type gate struct {
	now   func() time.Time
	key   []byte
	mutex sync.Mutex
	tries map[string]*rate.Limiter // by address and by name
}

// maxTries is how many addresses and names are kept apart at once.
const maxTries = 20_000

func newGate(now func() time.Time) *gate {
	return &gate{now: now, key: newKey(), tries: map[string]*rate.Limiter{}}
}

// admit tells how long to wait before the next attempt, 0 for not at all. A
// refused attempt counts for nothing: who waits as told gets in.
func (g *gate) admit(client, name string, known bool) time.Duration {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	name = strings.ToLower(name)
	byName := g.limiter("name "+name, perName)
	if known {
		byName = g.limiter("known "+name, perKnown)
	}
	byAddress, now := g.limiter("from "+client, perAddress), g.now()
	wait := max(missing(byName, now), missing(byAddress, now))
	if wait == 0 {
		byName.AllowN(now, 1)
		byAddress.AllowN(now, 1)
	}
	return wait
}

// missing is how long it takes until there is a whole attempt.
func missing(l *rate.Limiter, now time.Time) time.Duration {
	if tokens := l.TokensAt(now); tokens < 1 {
		return time.Duration((1-tokens)/float64(l.Limit())*float64(time.Second)) + time.Millisecond
	}
	return 0
}

func (g *gate) limiter(of string, m allowance) *rate.Limiter {
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
func (g *gate) forget() {
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

// clientOf is whose attempts are counted together: an address, of IPv6 the
// network of a household, which has more addresses than there are to count.
func clientOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if a = a.Unmap().WithZone(""); a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// seconds is a wait in whole seconds, upwards.
func seconds(d time.Duration) string {
	return strconv.Itoa(int((d + time.Second - 1) / time.Second))
}
