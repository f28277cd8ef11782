package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"canbao/reports/access"
	"canbao/sql/answer"
)

// doSave keeps the query of the form under a name.
func (s *Server) doSave(w http.ResponseWriter, r *request) error {
	q, err := readAsked(r)
	if err == nil {
		var saved savedQuery
		saved, err = s.shelf.save(r.User, savedQuery{
			Name: r.PostFormValue("name"), Text: q.Text, Values: q.Values, Shared: r.PostFormValue("shared") != "", At: s.Now(),
		})
		if err == nil {
			return redirect(w, r, "/query?"+url.Values{"saved": {saved.ID}}.Encode())
		}
	}
	f := faultOf(err, "", r.words)
	if f == nil {
		return err
	}
	return s.showQuery(w, r, q, &answered{Fault: f, Show: q.Show})
}

// doDelete takes a saved query away.
func (s *Server) doDelete(w http.ResponseWriter, r *request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	if err := s.shelf.remove(r.User, r.PostFormValue("id")); err != nil {
		return err
	}
	return redirect(w, r, "/query")
}

// doForget empties the reader's history; the record keeps what was asked.
func (s *Server) doForget(w http.ResponseWriter, r *request) error {
	if err := s.shelf.forget(r.User); err != nil {
		return err
	}
	return redirect(w, r, "/query")
}

// chosen is the query that the address of the page names, an empty one where it
// names none or one that is gone.
func (s *Server) chosen(r *request, own shelved, shared []savedQuery) (q asked, name string, err error) {
	q = asked{Values: map[string]string{}, Show: showRows}
	byID := func(list []savedQuery, id string) *savedQuery {
		i := slices.IndexFunc(list, func(s savedQuery) bool { return s.ID == id })
		if i < 0 {
			return nil
		}
		return &list[i]
	}
	form := r.URL.Query()
	switch {
	case form.Get("saved") != "":
		found := byID(own.Saved, form.Get("saved"))
		if found == nil {
			found = byID(shared, form.Get("saved"))
		}
		if found == nil {
			return q, "", errNotFound
		}
		q.Text, q.Values, name = found.Text, found.Values, found.Name
	case form.Get("asked") != "":
		i := slices.IndexFunc(own.History, func(a askedQuery) bool { return a.ID == form.Get("asked") })
		if i < 0 {
			return q, "", errNotFound
		}
		q.Text, q.Values = own.History[i].Text, own.History[i].Values
	case form.Get("table") != "":
		t, err := s.table(r, form.Get("table"))
		if err != nil {
			return q, "", err
		}
		q.Text = t.Example
	}
	return q, name, nil
}

// queryWords are what the editor completes: tables and columns with what they
// mean, the words of SQL, and the values that parameters are likely to have.
func (s *Server) queryWords(w http.ResponseWriter, r *request) error {
	tables, columns, snapshot, err := s.tablesFor(r)
	if err != nil {
		return err
	}
	type word struct {
		Name    string `json:"name"`
		Meaning string `json:"meaning,omitempty"`
		Type    string `json:"type,omitempty"`
	}
	lang := string(r.words)
	out := struct {
		Snapshot int               `json:"snapshot"`
		Tables   []word            `json:"tables"`
		Columns  map[string][]word `json:"columns"`
		Keywords []string          `json:"keywords"`
		Values   map[string][]word `json:"values"` // of parameters, by name
	}{Snapshot: snapshot, Columns: map[string][]word{}, Keywords: answer.Keywords, Values: map[string][]word{}}
	for _, t := range tables {
		out.Tables = append(out.Tables, word{Name: t.Name, Meaning: t.Meaning.In(lang)})
	}
	for _, c := range columns {
		out.Columns[c.Table] = append(out.Columns[c.Table], word{c.Name, c.Meaning.In(lang), c.Type})
	}
	lease, err := s.Desk.Lease(r.Context(), r.User)
	if err != nil {
		return err
	}
	defer lease.Release()
	c, err := lease.Reader.Campaign(r.Context(), s.Campaign)
	if err != nil {
		return err
	}
	for _, i := range c.Items {
		out.Values["item"] = append(out.Values["item"], word{Name: i.ID, Meaning: r.t(i.Title, i.TitleEN)})
	}
	areas, err := lease.Reader.Areas(r.Context())
	if err != nil {
		return err
	}
	for _, a := range areas {
		if a.Level != "village" {
			out.Values["area"] = append(out.Values["area"], word{Name: a.Code, Meaning: a.Name})
		}
	}
	w.Header().Set("Content-Type", "application/json")
	return quiet(json.NewEncoder(w).Encode(out))
}

// mayExport tells whether the reader may take answers away.
func mayExport(u access.User) bool { return u.Role.May(access.Export) }
