package web

import (
	"bytes"
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"canbao/etl/refuse"
	"canbao/models/measure"
	"canbao/reports/access"
	"canbao/reports/desk"
)

// cityPages are where the city, its areas and its items stand on a day.
var cityPages = []page{
	{pattern: "GET /{$}", right: access.SeeFigures, menu: refuse.Text{ZH: "总体", EN: "Overview"}, answer: cityPart("city")},
	{pattern: "GET /items", right: access.SeeFigures, whole: true, menu: refuse.Text{ZH: "分项与风险", EN: "Items and risk"}, answer: cityPart("items")},
	{pattern: "GET /item/{id}", right: access.SeeFigures, whole: true, answer: (*Server).item},
	{pattern: "GET /money", right: access.SeeFigures, whole: true, menu: refuse.Text{ZH: "资金渠道", EN: "Money"}, answer: cityPart("money")},
	{pattern: "GET /basis", right: access.SeeFigures, whole: true, menu: refuse.Text{ZH: "口径与质量", EN: "Basis"}, answer: cityPart("basis")},
	{pattern: "GET /area/{code}", right: access.SeeFigures, answer: (*Server).area},
}

// reading is a request for figures: the snapshot they come from, and the day.
type reading struct {
	*request
	lease    *desk.Lease
	campaign *measure.Campaign
	day      time.Time
	areas    []measure.Area
}

// read leases the snapshot as the reader may see it, and settles the day: one of
// the campaign as ?day=2020-12-10 or, from the slider of a page without script,
// as ?at= days from the opening; else the latest. The caller releases it.
func (s *Server) read(r *request) (*reading, error) {
	lease, err := s.Desk.Lease(r.Context(), r.User)
	if err != nil {
		return nil, err
	}
	s.metrics.snapshot.Set(float64(lease.Number))
	v := &reading{request: r, lease: lease}
	if err := v.settle(r.Context(), s); err != nil {
		lease.Release()
		return nil, err
	}
	return v, nil
}

func (v *reading) settle(ctx context.Context, s *Server) error {
	outline, err := s.press.outline(ctx, v.lease, areasKey(v.User))
	if err != nil {
		return err
	}
	v.campaign, v.areas = outline.Campaign, outline.Areas
	text := v.FormValue("day")
	if at := v.FormValue("at"); at != "" && text == "" {
		n, err := strconv.Atoi(at)
		if err != nil || n < 0 || n > 10_000 {
			return noDay(at)
		}
		text = v.campaign.Opening.AddDate(0, 0, n).Format(time.DateOnly)
	}
	v.day, err = v.campaign.AsOf(text)
	return err
}

func noDay(text string) error {
	return &refuse.Error{
		What: refuse.Text{ZH: "不是日期：" + text, EN: "not a day: " + text},
		Do:   refuse.Text{ZH: "请在日期条上选一天", EN: "choose a day on the slider"},
	}
}

// areasKey tells apart who sees which part of a snapshot, empty for the whole.
func areasKey(u access.User) string {
	if u.Role != access.Town {
		return ""
	}
	codes := slices.Clone(u.Areas)
	slices.Sort(codes)
	return "only " + strings.Join(codes, " ")
}

// leaf is where a page of the day is kept.
func (v *reading) leaf(name string, village bool) leaf {
	return leaf{v.lease.Number, areasKey(v.User), v.words, v.campaign.ID, v.day.Format(time.DateOnly), name, village}
}

func (v *reading) find(code string) (measure.Area, bool) {
	for _, a := range v.areas {
		if a.Code == code {
			return a, true
		}
	}
	return measure.Area{}, false
}

// with is the address with the day that the reader is at, where it is not the
// latest.
func (v *reading) with(address string) string {
	if v.day.Equal(v.campaign.Latest) {
		return address
	}
	return address + "?" + url.Values{"day": {v.day.Format(time.DateOnly)}}.Encode()
}

// figuresView is a page of figures: the slider, the way here, the article.
type figuresView struct {
	Slider  slider
	Crumbs  []entry
	Article template.HTML
	carried map[string]string // addresses of the menu with the day
	source  string
}

func (f figuresView) foot(words) string { return f.source }
func (f figuresView) charts() bool      { return true }
func (f figuresView) carry(address string) string {
	if to, known := f.carried[address]; known {
		return to
	}
	return address
}

// cityPart answers with a part of the bulletin of the whole.
func cityPart(name string) func(*Server, http.ResponseWriter, *request) error {
	return func(s *Server, w http.ResponseWriter, r *request) error {
		if r.User.Role == access.Town && len(r.User.Areas) > 0 {
			to := "/area/" + url.PathEscape(r.User.Areas[0])
			if r.URL.RawQuery != "" {
				to += "?" + r.URL.RawQuery
			}
			return redirect(w, r, to)
		}
		return s.figures(w, r, func(v *reading) (leaf, []entry, error) { return v.leaf(name, false), nil, nil })
	}
}

// item answers with one item.
func (s *Server) item(w http.ResponseWriter, r *request) error {
	return s.figures(w, r, func(v *reading) (leaf, []entry, error) {
		i, err := v.campaign.Item(r.PathValue("id"))
		if err != nil {
			return leaf{}, nil, errNotFound
		}
		return v.leaf(itemSheet(i.ID), false), []entry{{Address: v.with("/items"), Title: v.t("分项与风险", "Items and risk")}, {Title: v.t(i.Title, i.TitleEN)}}, nil
	})
}

// area answers with a town or a village.
func (s *Server) area(w http.ResponseWriter, r *request) error {
	return s.figures(w, r, func(v *reading) (leaf, []entry, error) {
		a, known := v.find(r.PathValue("code"))
		switch {
		case !known:
			return leaf{}, nil, errNotFound
		case !mine(v.User, a):
			return leaf{}, nil, errForbidden
		case a.Level == "city":
			return v.leaf("city", false), nil, nil
		}
		return v.leaf(areaSheet(a.Code), a.Level == "village" && a.Town != ""), v.crumbs(a), nil
	})
}

// mine tells whether an area is for somebody: of a town's user those of its
// towns. The snapshot that such a user reads has no more anyway than the city's
// figures and the names of the others.
func mine(u access.User, a measure.Area) bool {
	return u.Role != access.Town || slices.Contains(u.Areas, a.Code) || slices.Contains(u.Areas, a.Town)
}

// crumbs are the way down to an area.
func (v *reading) crumbs(a measure.Area) []entry {
	var way []entry
	for code := a.Code; code != ""; {
		at, known := v.find(code)
		if !known || len(way) > 4 {
			break
		}
		e := entry{Title: at.Name}
		if code != a.Code {
			e.Address = v.with("/area/" + at.Code)
		}
		if at.Level == "city" {
			if v.User.Role == access.Town {
				break
			}
			e.Address = v.with("/")
		}
		way, code = append(way, e), at.Parent
	}
	slices.Reverse(way)
	return way
}

// articleMark is where the article of a page goes. Nothing that comes from data
// has this byte.
const articleMark = "\x00"

// figures answers with an article of the day. find tells which, and the way to it.
func (s *Server) figures(w http.ResponseWriter, r *request, find func(*reading) (leaf, []entry, error)) error {
	v, err := s.read(r)
	if err != nil {
		return err
	}
	defer v.lease.Release()
	wanted, way, err := find(v)
	if err != nil {
		return err
	}
	if r.FormValue("at") != "" {
		return redirect(w, r, v.with(r.URL.EscapedPath()))
	}
	made, err := s.press.sheet(r.Context(), v.lease, wanted)
	if err != nil {
		return err
	}
	if made == nil {
		return errNotFound
	}
	view := figuresView{Slider: v.slider(), Crumbs: way, Article: articleMark, carried: map[string]string{}}
	for _, p := range s.pages {
		if p.right != access.SeeFigures {
			continue
		}
		_, address, _ := strings.Cut(strings.TrimSuffix(p.pattern, "{$}"), " ")
		view.carried[address] = v.with(address)
	}
	view.source = v.f("快照第 %d 号 · 截至 %s（含当日）", "Snapshot %d · as of %s, the day included", v.lease.Number, v.words.day(v.day))
	text, err := s.fill(r, "figures", made.title, view)
	if err != nil {
		return err
	}
	before, after, _ := bytes.Cut(text, []byte(articleMark))
	return made.sendAround(w, r.Request, before, after)
}
