package flight

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"sync"
	"time"

	"canbao/reports/access"
)

// session is somebody signed in. What it has prepared and asked for belongs to
// it: handles of one session mean nothing to another.
type session struct {
	user   access.User
	key    [sha256.Size]byte
	shared bool // by all who come with the same token of a user, or the same password
	began  time.Time
	ctx    context.Context // ends with the session
	over   context.CancelFunc

	mu       sync.Mutex
	used     time.Time
	busy     int // calls under way
	prepared map[string]*prepared
	tickets  map[string]*ticket
}

// use counts a call until the function returned is called: a session at work is
// not idle, however long an answer takes.
func (s *session) use() (done func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy++
	s.used = time.Now()
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.busy--
		s.used = time.Now()
	}
}

// sessions are those signed in. They are found by the hash of their token: the
// token itself is kept nowhere.
type sessions struct {
	users         *access.Users
	idle, longest time.Duration

	mu  sync.Mutex
	all map[[sha256.Size]byte]*session
}

// maxSessions is how many may be signed in at once; who comes then takes the
// place of whoever has been idle longest.
const maxSessions = 1000

func newSessions(o Options) *sessions {
	return &sessions{users: o.Users, idle: o.Idle, longest: o.Session, all: map[[sha256.Size]byte]*session{}}
}

// begin begins a session and returns its token.
func (s *sessions) begin(u access.User) string {
	token := secret()
	s.add(u, token, false)
	return token
}

// keep begins the session of all who come with the token, unless there is one.
func (s *sessions) keep(u access.User, token string) (own *session, began bool) {
	return s.add(u, token, true)
}

func (s *sessions) add(u access.User, token string, shared bool) (own *session, began bool) {
	key := sha256.Sum256([]byte(token))
	now := time.Now()
	own = &session{user: u, key: key, shared: shared, began: now, used: now, prepared: map[string]*prepared{}, tickets: map[string]*ticket{}}
	own.ctx, own.over = context.WithCancel(context.Background())
	s.mu.Lock()
	defer s.mu.Unlock()
	if there, found := s.all[key]; found {
		own.over()
		return there, false
	}
	if len(s.all) >= maxSessions {
		s.dropIdlest()
	}
	s.all[key] = own
	return own, true
}

// dropIdlest ends the session idle longest. The caller holds mu.
func (s *sessions) dropIdlest() {
	var idlest *session
	var since time.Time
	for _, one := range s.all {
		one.mu.Lock()
		if one.busy == 0 && (idlest == nil || one.used.Before(since)) {
			idlest, since = one, one.used
		}
		one.mu.Unlock()
	}
	if idlest != nil {
		s.drop(idlest)
	}
}

func (s *sessions) drop(own *session) {
	delete(s.all, own.key)
	own.over()
}

// find finds the session of a token, if it is not over.
func (s *sessions) find(token string) (*session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	own, found := s.all[sha256.Sum256([]byte(token))]
	if found && !s.lives(own) {
		s.drop(own)
		return nil, false
	}
	return own, found
}

// lives tells whether a session goes on: its user is as it was when it began.
func (s *sessions) lives(own *session) bool {
	now := time.Now()
	own.mu.Lock()
	idle := own.busy == 0 && now.Sub(own.used) > s.idle
	own.mu.Unlock()
	u, known := s.users.Find(own.user.Name)
	return !idle && now.Sub(own.began) <= s.longest && known && !u.Disabled && u.Generation == own.user.Generation
}

// end ends a session, and with it what it is doing.
func (s *sessions) end(own *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(own)
}

// looking is how often sessions are looked through for those that are over:
// nobody who is disabled reads on for longer.
const looking = time.Second

// watch ends sessions that are over, until ended is closed.
func (s *sessions) watch(ended <-chan struct{}) {
	tick := time.NewTicker(looking)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return
		case <-tick.C:
			s.mu.Lock()
			for _, own := range s.all {
				if !s.lives(own) {
					s.drop(own)
				} else {
					own.forget()
				}
			}
			s.mu.Unlock()
		}
	}
}

// secret is a text of 32 random bytes.
func secret() string {
	b := make([]byte, 32)
	rand.Read(b) // it never fails
	return base64.RawURLEncoding.EncodeToString(b)
}
