package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"canbao/etl/refuse"
)

// heldPage is how many rows held back a page shows.
const heldPage = 100

// heldView is a page of the rows held back.
type heldView struct {
	Filter            HeldFilter
	Reasons, Datasets []optionView
	Files, Desks      []optionView
	Rows              []heldRowView
	Sums              []heldSumView
	All, First, Last  int
	Before, After     string
	No                string
}

type heldRowView struct {
	HeldRow
	Dataset, Why string
}

type heldSumView struct {
	Dataset, Reason, Rows, Address string
}

// quarantine lists rows held back: where they stand and why. What stands in them
// is sealed and stays so; who corrects them exports them on the command line.
func (s *Server) quarantine(w http.ResponseWriter, r *request) error {
	form := r.URL.Query()
	f := HeldFilter{Reason: form.Get("reason"), Dataset: form.Get("dataset"), File: form.Get("file"), Office: form.Get("office")}
	page := 1
	if n, err := strconv.Atoi(form.Get("page")); err == nil && n > 0 && n < 1_000_000 {
		page = n
	}
	v, status := heldView{Filter: f}, http.StatusOK
	var p HeldPage
	err := error(errNoOffice)
	if s.Office != nil {
		p, err = s.Office.Held(r.Context(), f, (page-1)*heldPage, heldPage)
	}
	if err != nil {
		var no *refuse.Error
		if !errors.As(err, &no) {
			return err
		}
		v.No, status = no.In(string(r.words)), http.StatusServiceUnavailable
	}
	v.fill(p, page, r.words)
	return s.show(w, r, status, "quarantine", r.t("暂存的行", "Rows held back"), v)
}

func (v *heldView) fill(p HeldPage, page int, w words) {
	lang := string(w)
	v.All, v.First = p.All, (page-1)*heldPage+1
	v.Last = v.First + len(p.Rows) - 1
	for _, row := range p.Rows {
		row.File = shortPath(row.File)
		one := heldRowView{HeldRow: row, Dataset: row.Dataset.In(lang)}
		for n, reason := range row.Reasons {
			if n > 0 {
				one.Why += w.t("、", ", ")
			}
			one.Why += reason.In(lang)
		}
		v.Rows = append(v.Rows, one)
	}
	for _, sum := range p.Sums {
		narrow := v.Filter
		narrow.Dataset, narrow.Reason = sum.DatasetID, sum.ReasonID
		v.Sums = append(v.Sums, heldSumView{sum.Dataset.In(lang), sum.Reason.In(lang), thousands(int64(sum.Rows)), narrow.address(1)})
		v.Reasons = addOption(v.Reasons, optionView{sum.ReasonID, sum.Reason.In(lang), sum.ReasonID == v.Filter.Reason})
		v.Datasets = addOption(v.Datasets, optionView{sum.DatasetID, sum.Dataset.In(lang), sum.DatasetID == v.Filter.Dataset})
	}
	for _, file := range p.Files {
		v.Files = append(v.Files, optionView{file, shortPath(file), file == v.Filter.File})
	}
	for _, office := range p.Desks {
		v.Desks = append(v.Desks, optionView{office, office, office == v.Filter.Office})
	}
	if page > 1 {
		v.Before = v.Filter.address(page - 1)
	}
	if v.Last < p.All && len(p.Rows) > 0 {
		v.After = v.Filter.address(page + 1)
	}
}

func addOption(all []optionView, o optionView) []optionView {
	if slices.ContainsFunc(all, func(x optionView) bool { return x.Value == o.Value }) {
		return all
	}
	return append(all, o)
}

func (f HeldFilter) address(page int) string {
	v := url.Values{}
	for name, value := range map[string]string{"reason": f.Reason, "dataset": f.Dataset, "file": f.File, "office": f.Office} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if page > 1 {
		v.Set("page", strconv.Itoa(page))
	}
	if len(v) == 0 {
		return "/quarantine"
	}
	return "/quarantine?" + v.Encode()
}
