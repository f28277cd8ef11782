package web

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// eventType is what the page's script asks a query to be answered as: a line of
// JSON for every event, as it happens.
const eventType = "application/x-ndjson"

// event is what the page's script is told.
type event struct {
	Place int `json:"place,omitempty"` // in the queue

	// Of the last one.
	Done    bool   `json:"done,omitempty"`
	HTML    string `json:"html,omitempty"`    // the answer, or what is wrong
	History string `json:"history,omitempty"` // the list anew
	From    *int   `json:"from,omitempty"`    // where in the text it is wrong
	Missing string `json:"missing,omitempty"` // the parameter without a value
	Status  string `json:"status,omitempty"`  // in words
}

// beat is how often a waiting page hears that it is waited for, so that nothing
// between here and there takes the silence for an end.
const beat = 10 * time.Second

// sendEvents tells what happens until the answer is there. A reader who goes
// away, or says stop, ends the request and with it the query.
func (s *Server) sendEvents(w http.ResponseWriter, r *request, run func(context.Context, func(event)) (*answered, error)) error {
	w.Header().Set("Content-Type", eventType)
	out := http.NewResponseController(w)
	var mutex sync.Mutex
	last := event{}
	tell := func(e event) {
		mutex.Lock()
		defer mutex.Unlock()
		last = e
		text, err := json.Marshal(e)
		if err != nil {
			return
		}
		_, err = w.Write(append(text, '\n'))
		if err == nil {
			err = out.Flush()
		}
		_ = quiet(err)
	}
	tell(event{})
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	var beating sync.WaitGroup
	beating.Go(func() {
		tick := time.NewTicker(beat)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				mutex.Lock()
				e := last
				mutex.Unlock()
				tell(e)
			}
		}
	})
	got, err := run(ctx, tell)
	cancel()
	beating.Wait()
	if r.Context().Err() != nil {
		return nil // nobody is there any more
	}
	done, err := s.lastEvent(r, got, err)
	if err != nil {
		tracked(r.Context()).fault = err // the page has begun: it cannot become another
	}
	tell(done)
	return nil
}

// lastEvent is the answer, or what is wrong. What failed within is told in
// general words, and to the log.
func (s *Server) lastEvent(r *request, got *answered, err error) (event, error) {
	done := event{Done: true}
	if err != nil {
		p := asProblem(err)
		tracked(r.Context()).fault = err
		got = &answered{Fault: &fault{What: p.what.In(string(r.words)), Do: p.do.In(string(r.words)), From: -1}}
	}
	view := s.views[string(r.words)]["query"]
	var b bytes.Buffer
	if err := view.ExecuteTemplate(&b, "answer", s.answerView(r, got)); err != nil {
		return done, err
	}
	done.HTML, done.Status = b.String(), answerStatus(r.words, got)
	if f := got.Fault; f != nil {
		done.Missing = f.Missing
		if f.From >= 0 {
			done.From = &f.From
		}
	}
	kept, err := s.shelf.of(r.User)
	if err != nil {
		return done, err
	}
	b.Reset()
	if err := view.ExecuteTemplate(&b, "history", historyView(r.words, kept.History)); err != nil {
		return done, err
	}
	done.History = b.String()
	return done, nil
}
