package flight

import (
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How often somebody may fail to sign in: so many at once, and one more each
// time that passes. A tool with the right password never meets it.
var (
	perAddress = pace{burst: 20, every: 5 * time.Second}
	perName    = pace{burst: 10, every: 15 * time.Second}
)

type pace struct {
	burst int
	every time.Duration
}

// gate slows down who fails to sign in over and over.
type gate struct {
	now   func() time.Time
	mu    sync.Mutex
	fails map[string]*rate.Limiter // by address and by name
	known map[string]bool          // names that have signed in from an address
}

// most is how many addresses and names are kept apart at once.
const most = 20_000

func newGate(now func() time.Time) *gate {
	return &gate{now: now, fails: map[string]*rate.Limiter{}, known: map[string]bool{}}
}

// admit takes one attempt; false where too many have failed. Who signs in gets
// it back by pass.
func (g *gate) admit(client, name string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	from, as := g.limiter("from "+client, perAddress), g.limiter(g.as(client, name), perName)
	if from.TokensAt(now) < 1 || as.TokensAt(now) < 1 {
		return false
	}
	return from.AllowN(now, 1) && as.AllowN(now, 1)
}

// pass gives the attempt that did not fail back.
func (g *gate) pass(client, name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.fails, g.as(client, name))
	if l, known := g.fails["from "+client]; known {
		l.AllowN(g.now(), -1)
	}
	if len(g.known) >= most {
		clear(g.known)
	}
	g.known[strings.ToLower(name)+" from "+client] = true
}

// as is under what the failures of a name are counted: where it has signed in
// from before they are its own, so that nobody shuts it out from elsewhere.
func (g *gate) as(client, name string) string {
	name = strings.ToLower(name)
	if own := name + " from " + client; g.known[own] {
		return "as " + own
	}
	return "as " + name
}

func (g *gate) limiter(of string, p pace) *rate.Limiter {
	if l, known := g.fails[of]; known {
		return l
	}
	if len(g.fails) >= most {
		clear(g.fails) // an attacker of so many addresses is not held up by this
	}
	l := rate.NewLimiter(rate.Every(p.every), p.burst)
	g.fails[of] = l
	return l
}

// clientOf is whose attempts are counted together: an address, of IPv6 the
// network of a household, which has more addresses than there are to count.
func clientOf(a net.Addr) string {
	p, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return a.String()
	}
	ip := p.Addr().Unmap().WithZone("")
	if ip.Is6() {
		if net, err := ip.Prefix(64); err == nil {
			return net.String()
		}
	}
	return ip.String()
}
