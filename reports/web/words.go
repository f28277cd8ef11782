package web

import (
	"fmt"
	"net/http"
	"time"
)

// words is the language of a reader, "en" or "zh".
type words string

// t picks one of two texts.
func (w words) t(zh, en string) string {
	if w == "en" {
		return en
	}
	return zh
}

// f picks one of two formats and fills it.
func (w words) f(zh, en string, args ...any) string { return fmt.Sprintf(w.t(zh, en), args...) }

// tag is the language as HTML names it.
func (w words) tag() string { return w.t("zh-CN", "en") }

// day is a day in words.
func (w words) day(d time.Time) string { return d.Format(w.t("2006年1月2日", "2 January 2006")) }

const languageCookie = "canbao-lang"

// language is the one the reader has chosen, else that of the server.
func (s *Server) language(r *http.Request) words {
	chosen := s.Lang
	if c, err := r.Cookie(languageCookie); err == nil && (c.Value == "zh" || c.Value == "en") {
		chosen = c.Value
	}
	if chosen != "en" {
		chosen = "zh"
	}
	return words(chosen)
}

func (s *Server) doLanguage(w http.ResponseWriter, r *request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	http.SetCookie(w, &http.Cookie{
		Name: languageCookie, Value: words(r.PostFormValue("to")).t("zh", "en"), Path: "/", MaxAge: int(knownFor / time.Second),
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode,
	})
	return redirect(w, r, local(r.PostFormValue("next")))
}

// size is a number of bytes as people say it.
func size(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KB", (n+1023)>>10)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}
