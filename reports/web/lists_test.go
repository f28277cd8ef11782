package web

import (
	"slices"
	"testing"

	"canbao/models/measure"
	"canbao/reports/access"
)

func TestAreasOfAUser(t *testing.T) {
	all := []measure.Area{
		{Code: "1", Level: "city"}, {Code: "11", Parent: "1", Level: "town"}, {Code: "12", Parent: "1", Level: "town"},
		{Code: "111", Parent: "11", Level: "village"}, {Code: "121", Parent: "12", Level: "village"}, {Code: "122", Parent: "12", Level: "village"},
	}
	for _, c := range []struct {
		user access.User
		want []string
	}{
		{access.User{Role: access.Operator}, []string{"1", "11", "12", "111", "121", "122"}},
		{access.User{Role: access.Town, Areas: []string{"12"}}, []string{"12", "121", "122"}},
		{access.User{Role: access.Town, Areas: []string{"111", "12"}}, []string{"12", "111", "121", "122"}},
		{access.User{Role: access.Town, Areas: []string{"9"}}, nil},
		{access.User{Role: access.Town}, nil},
	} {
		var got []string
		for _, a := range areasOf(c.user, all) {
			got = append(got, a.Code)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v sees %v, want %v", c.user.Areas, got, c.want)
		}
	}
}

func TestUTF16Length(t *testing.T) {
	for text, want := range map[string]int{"": 0, "abc": 3, "参保": 2, "𠮷a": 3} {
		if got := utf16Length(text); got != want {
			t.Errorf("%q is %d long, want %d", text, got, want)
		}
	}
}

func TestWhereFilesLieIsNotTold(t *testing.T) {
	for path, want := range map[string]string{
		"/srv/canbao/extracts/01-roster/佛堂镇.csv": "01-roster/佛堂镇.csv", `C:\数据\应征\a.txt`: "应征/a.txt", "a.csv": "a.csv", "": "",
	} {
		if got := shortPath(path); got != want {
			t.Errorf("%q is shown as %q, want %q", path, got, want)
		}
	}
}

func TestDifferencesOfBooks(t *testing.T) {
	for fen, want := range map[measure.Fen]string{0: "—", 5: "+0.05", -150: "-1.50", 123456789: "+1,234,567.89", -123456: "-1,234.56"} {
		if got := signed(yuan(fen)); got != want {
			t.Errorf("%d is shown as %q, want %q", fen, got, want)
		}
	}
}
