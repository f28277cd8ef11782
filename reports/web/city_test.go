package web

import (
	"net/http"
	"strings"
	"testing"
)

// TestPagesOfTheCity goes down from the city to a village, on a day of the past.
func TestPagesOfTheCity(t *testing.T) {
	s := opened(t, nil)
	lin := s.as("lin")
	for _, c := range []struct{ path, want string }{
		{"/", "总体排名"},
		{"/?day=2020-12-10", "截至 2020年12月10日"},
		{"/items?day=2020-12-10", "分项进度"},
		{"/money", "缴费渠道"},
		{"/basis", "口径"},
		{"/item/medical_hukou?day=2020-12-10", "户籍基本医疗保险参保率"},
		{"/area/330782100?day=2020-12-10", "佛堂镇"},
		{"/area/" + s.city.village + "?day=2020-12-10", "镇街内名次"},
		{"/area/330782", "总体排名"},
	} {
		status, text, _ := lin.get(c.path)
		if status != http.StatusOK || !strings.Contains(text, c.want) {
			t.Errorf("%s: %d, %q is there: %v", c.path, status, c.want, strings.Contains(text, c.want))
		}
		if !strings.Contains(text, "快照第 1 号 · 截至 ") {
			t.Errorf("%s does not name its snapshot and its day", c.path)
		}
	}
	for path, want := range map[string]int{
		"/?day=2019-01-01": http.StatusBadRequest, "/?day=x": http.StatusBadRequest, "/?at=-1": http.StatusBadRequest,
		"/area/999": http.StatusNotFound, "/item/none": http.StatusNotFound, "/nowhere": http.StatusNotFound,
	} {
		if status, _, _ := lin.get(path); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
	if status, _, to := lin.get("/items?at=9"); status != http.StatusSeeOther || to != "/items?day=2020-11-10" {
		t.Errorf("the slider without script leads to %d %s", status, to)
	}
}
