package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"canbao/etl/refuse"
	"canbao/reports/access"
)

// page is one address of the service.
type page struct {
	pattern string       // of net/http: "GET /town/{code}"
	right   access.Right // that who asks must have
	also    access.Right // that does as well as right
	open    bool         // instead of a right: for everybody, signed in or not
	bare    bool         // open, and without a session: files, health
	own     bool         // instead of a right: for everybody who is signed in
	whole   bool         // it speaks of the whole city: not for who sees a part of it
	menu    refuse.Text  // its name in the menu, empty where it is not in it
	answer  func(*Server, http.ResponseWriter, *request) error
}

// tables are all pages there are, in the order of the menu.
func tables() [][]page {
	return [][]page{
		signPages,
		cityPages,
		bulletinPages,
		issuedPages,
		worklistPages,
		visitPages,
		askPages,
		tablePages,
		qualityPages,
		runningPages,
		deedPages,
		openPages,
	}
}

func allPages() []page { return slices.Concat(tables()...) }

// check refuses a page that anybody could see by oversight.
func (p page) check() error {
	ways := 0
	for _, way := range []bool{p.right != "", p.open, p.own} {
		if way {
			ways++
		}
	}
	switch {
	case ways == 0:
		return fmt.Errorf("page %q needs no right: say which, or open", p.pattern)
	case ways > 1:
		return fmt.Errorf("page %q is open to more than its right", p.pattern)
	case p.bare && !p.open:
		return fmt.Errorf("page %q has a right and no session to know it by", p.pattern)
	case p.answer == nil:
		return fmt.Errorf("page %q answers nothing", p.pattern)
	}
	return nil
}

// allows tells whether somebody who is signed in may see the page.
func (p *page) allows(u access.User) bool {
	switch {
	case u.Name == "":
		return p.open
	case p.own || p.open:
		return true
	}
	may := u.Role.May(p.right) || p.also != "" && u.Role.May(p.also)
	return may && !(p.whole && u.Role == access.Town)
}

// request is what somebody asks for, and who asks.
type request struct {
	*http.Request
	words
	User access.User // without a name where nobody is signed in
	page *page
}

// route puts the pages behind what all requests pass.
func (s *Server) route(pages []page) (http.Handler, error) {
	bare, known := http.NewServeMux(), http.NewServeMux()
	for n := range pages {
		p := &pages[n]
		if err := p.check(); err != nil {
			return nil, err
		}
		if p.bare {
			bare.Handle(p.pattern, s.serve(p))
		} else {
			known.Handle(p.pattern, s.serve(p))
		}
	}
	// What begins with no bare pattern needs a session to know who asks.
	bare.Handle("/", s.sessions.LoadAndSave(known))
	return s.chain(bare), nil
}

// serve answers one page: who asks is known and may, or is told no.
func (s *Server) serve(p *page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, plain *http.Request) {
		seen := tracked(plain.Context())
		seen.route = p.pattern
		r := &request{Request: plain, words: s.language(plain), page: p}
		if !p.bare {
			who, err := s.signedIn(plain.Context())
			seen.user, r.User = who.Name, who
			if !p.open && err != nil {
				s.sendToSignIn(w, r, errors.Is(err, errOver))
				return
			}
		}
		if p.right != "" && !p.allows(r.User) {
			// Whoever has no first page begins with the first that is theirs.
			if menu := s.menu(r); plain.URL.Path == "/" && len(menu) > 0 && menu[0].Address != "/" {
				_ = redirect(w, r, menu[0].Address) // it never fails
				return
			}
			s.fail(w, r, errForbidden)
			return
		}
		if err := p.answer(s, w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}
