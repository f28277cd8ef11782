package refuse

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
)

func TestRefusalSaysWhatWhereAndWhatToDo(t *testing.T) {
	no := &Error{
		What: Text{ZH: "缺少代码或名称", EN: "lacks a code or a name"}, Where: "areas.csv:12",
		Do: Text{ZH: "每个区域都要有代码和名称", EN: "give every area a code and a name"},
	}
	for lang, want := range map[string]string{
		"en": "areas.csv:12: lacks a code or a name; give every area a code and a name",
		"zh": "areas.csv:12: 缺少代码或名称；每个区域都要有代码和名称",
		"":   "areas.csv:12: 缺少代码或名称；每个区域都要有代码和名称",
		"fr": "areas.csv:12: 缺少代码或名称；每个区域都要有代码和名称",
	} {
		if got := no.In(lang); got != want {
			t.Errorf("In(%q) = %q, want %q", lang, got, want)
		}
	}
	if got := no.Error(); got != no.In("en") {
		t.Errorf("Error() = %q, want the English", got)
	}
}

func TestRefusalWithoutPlaceOrRemedy(t *testing.T) {
	what := Text{ZH: "没有数据", EN: "no data"}
	for _, c := range []struct{ no, want string }{
		{(&Error{What: what}).In("zh"), "没有数据"},
		{(&Error{What: what}).In("en"), "no data"},
		{(&Error{What: what, Where: "a.csv"}).In("en"), "a.csv: no data"},
		{(&Error{What: what, Do: Text{ZH: "重试", EN: "try again"}}).In("zh"), "没有数据；重试"},
	} {
		if c.no != c.want {
			t.Errorf("refusal %q, want %q", c.no, c.want)
		}
	}
}

// The cause is kept for the program and never shown to a person.
func TestRefusalKeepsItsCause(t *testing.T) {
	no := &Error{What: Text{ZH: "找不到", EN: "missing"}, Err: fs.ErrNotExist}
	wrapped := fmt.Errorf("load: %w", no)
	var found *Error
	if !errors.As(wrapped, &found) || found != no || !errors.Is(wrapped, fs.ErrNotExist) {
		t.Errorf("neither refusal nor cause is found in %v", wrapped)
	}
	if got := no.Error(); got != "missing" {
		t.Errorf("refusal shows %q", got)
	}
	if errors.Is(&Error{}, fs.ErrNotExist) {
		t.Error("a refusal without cause has one")
	}
}
