package access

import (
	"fmt"
	"strconv"
	"testing"
	"time"
)

// clock is set by hand.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func TestGuessingIsSlow(t *testing.T) {
	c := &clock{time.Date(2020, 12, 10, 9, 0, 0, 0, time.UTC)}
	g := NewGate(c.Now)
	for n := range perName.burst {
		if wait := g.Admit(fmt.Sprintf("10.0.0.%d", n), "lin", false); wait > 0 {
			t.Fatalf("attempt %d has to wait %s", n+1, wait)
		}
	}
	wait := g.Admit("10.0.1.1", "LIN", false)
	if wait <= 0 || wait > perName.every+time.Second {
		t.Errorf("the next attempt has to wait %s", wait)
	}
	if again := g.Admit("10.0.1.1", "lin", false); again != wait {
		t.Errorf("a refused attempt makes the wait longer: %s, then %s", wait, again)
	}
	// Nobody else is held up, and who shows the mark of the name is not either.
	if w := g.Admit("10.0.1.1", "zhang", false); w > 0 {
		t.Errorf("another name has to wait %s", w)
	}
	if w := g.Admit("10.0.1.1", "lin", true); w > 0 {
		t.Errorf("the one whose name is tried has to wait %s where it is known", w)
	}
	c.now = c.now.Add(wait)
	if w := g.Admit("10.0.1.2", "lin", false); w > 0 {
		t.Errorf("after the wait there is another one of %s", w)
	}
}

// TestGuessingNamesIsSlow tries a list of names from one address.
func TestGuessingNamesIsSlow(t *testing.T) {
	for _, name := range []string{"name", ""} { // a token has none
		g := NewGate((&clock{time.Now()}).Now)
		refused := 0
		for n := range 2 * perAddress.burst {
			tried := name
			if name != "" {
				tried += strconv.Itoa(n)
			}
			if g.Admit("10.9.9.9", tried, false) > 0 {
				refused++
			}
		}
		if refused != perAddress.burst {
			t.Errorf("%q: %d of %d attempts from one address were refused", name, refused, 2*perAddress.burst)
		}
		if w := g.Admit("10.9.9.8", name, false); w > 0 {
			t.Errorf("%q: another address has to wait %s", name, w)
		}
	}
}

// TestSigningInIsNotSlow: who has the right password never meets the gate, and is
// not shut out from elsewhere once it was let in.
func TestSigningInIsNotSlow(t *testing.T) {
	c := &clock{time.Now()}
	g := NewGate(c.Now)
	for n := range 100 {
		known := n%2 > 0
		if w := g.Admit("10.0.0.4", "Chen", known); w > 0 {
			t.Fatalf("time %d has to wait %s", n+1, w)
		}
		g.Pass("10.0.0.4", "chen", known)
	}
	for range 2 * perName.burst {
		g.Admit("10.0.0.5", "chen", false)
	}
	if w := g.Admit("10.0.0.5", "chen", false); w <= 0 {
		t.Error("the name is guessed on from elsewhere")
	}
	if w := g.Admit("10.0.0.4", "chen", false); w > 0 {
		t.Errorf("guesses from elsewhere shut out the one who has signed in here: %s", w)
	}
	// A success gives back its own attempt and none that failed before.
	g = NewGate(c.Now)
	for range perName.burst {
		g.Admit("10.0.0.6", "wu", false)
	}
	c.now = c.now.Add(perName.every)
	if w := g.Admit("10.0.0.7", "wu", false); w > 0 {
		t.Fatalf("after the time of one attempt there is a wait of %s", w)
	}
	g.Pass("10.0.0.7", "wu", false)
	if g.Admit("10.0.0.6", "wu", false) > 0 || g.Admit("10.0.0.6", "wu", false) <= 0 {
		t.Error("a success gives back more or less than its own attempt")
	}
}

// TestGateIsBounded comes from more addresses than are kept apart.
func TestGateIsBounded(t *testing.T) {
	g := NewGate((&clock{time.Now()}).Now)
	for n := range maxTries + 500 {
		g.Admit(strconv.Itoa(n), "lin", true)
		g.Pass(strconv.Itoa(n), "lin", true)
	}
	if len(g.tries) > maxTries || len(g.seen) > maxTries {
		t.Errorf("%d and %d are kept", len(g.tries), len(g.seen))
	}
}

func TestMark(t *testing.T) {
	g, u := NewGate(nil), User{Name: "Lin", Generation: 3}
	mark := g.Mark(u)
	if !g.Marked(User{Name: "lin", Generation: 3}, mark) {
		t.Error("the mark of a user is not known again")
	}
	for what, other := range map[string]User{"another name": {Name: "chen", Generation: 3}, "a new password": {Name: "Lin", Generation: 4}} {
		if g.Marked(other, mark) {
			t.Errorf("the mark is good for %s", what)
		}
	}
	if NewGate(nil).Marked(u, mark) || g.Marked(u, "") {
		t.Error("the mark is good at another gate, or none is")
	}
}

func TestClient(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7:1234": "192.0.2.7", "[2001:db8:1:2:3:4:5:6]:80": "2001:db8:1:2::/64", "[::ffff:192.0.2.7]:1": "192.0.2.7", "[fe80::1%eth0]:1": "fe80::/64", "@": "@",
	} {
		if got := Client(address); got != want {
			t.Errorf("%s is counted as %s", address, got)
		}
	}
}
