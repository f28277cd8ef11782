package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/prometheus/client_golang/prometheus"

	"canbao/etl/refuse"
	"canbao/reports"
	"canbao/reports/access"
	"canbao/reports/audit"
	"canbao/reports/desk"
)

// Options say what the pages are made of.
type Options struct {
	Users *access.Users
	Gate  *access.Gate // before those who sign in; nil: one of the pages' own
	Audit *audit.Log
	// AuditDir is where the record lies that the auditor's pages read.
	AuditDir string
	Desk     *desk.Desk
	Office   Office // the private side of the warehouse, nil where there is none

	Lang      string             // "en", or Chinese; each reader may choose the other
	Campaign  string             // id, empty for the first
	Bulletins string             // folder with the bulletins written
	Issued    string             // folder with those issued under a number, empty for none
	Service   string             // folder the service keeps its own files in
	Prose     fs.FS              // the city's own words, nil for none
	Map       []byte             // GeoJSON, nil for none
	Tiles     reports.TileLayout // how the towns lie on a grid, nil for ours

	Limits func(access.Role) access.Limits // told to who asks; nil: the roles' own
	Reason func(id string) refuse.Text     // why a row is held back, in words; nil: the id

	Lazy    bool                 // compose no day ahead of need
	Secure  bool                 // served over TLS: cookies travel nowhere else
	Log     *slog.Logger         // one line a request; nil for none
	Metrics *prometheus.Registry // shown under /metrics, with what others count in it; nil: the pages' own
	Now     func() time.Time
}

// Server answers for the pages. It is made once and safe for concurrent use.
type Server struct {
	Options
	sessions  *scs.SessionManager
	views     map[string]views // by language
	static    *static
	press     *press
	shelf     *shelf
	metrics   *metrics
	pages     []page
	handler   http.Handler
	stopPress context.CancelFunc
	pressing  sync.WaitGroup
}

// New makes a server. It refuses a table of pages in which one has no right.
func New(o Options) (*Server, error) {
	if o.Users == nil || o.Audit == nil || o.Desk == nil || o.Service == "" {
		return nil, errors.New("make pages: users, record, desk and a folder are needed")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Gate == nil {
		o.Gate = access.NewGate(o.Now)
	}
	s := &Server{Options: o, pages: allPages(), metrics: newMetrics(o.Metrics)}
	s.metrics.watch(o.Desk, o.Now)
	if s.Limits == nil {
		s.Limits = access.Role.Limits
	}
	s.shelf = &shelf{dir: filepath.Join(o.Service, "queries")}
	// What a killed server was sending when it died.
	if err := os.RemoveAll(s.files()); err != nil {
		return nil, fmt.Errorf("make pages: %w", err)
	}
	s.sessions = newSessions(o.Secure)
	var err error
	if s.static, err = readStatic(); err != nil {
		return nil, err
	}
	if s.views, err = readViews(s.static); err != nil {
		return nil, err
	}
	if s.handler, err = s.route(s.pages); err != nil {
		return nil, err
	}
	s.press = newPress(s)
	ctx, stop := context.WithCancel(context.Background())
	s.stopPress = stop
	if !o.Lazy {
		s.pressing.Go(func() { s.press.ahead(ctx) })
	}
	return s, nil
}

// Handler answers every request.
func (s *Server) Handler() http.Handler { return s.handler }

// Close ends what goes on in the background; the desk is needed until then.
func (s *Server) Close() {
	s.stopPress()
	s.pressing.Wait()
}
