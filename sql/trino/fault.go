package trino

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"

	client "github.com/trinodb/trino-go-client/trino"

	"canbao/etl/refuse"
)

// Fault is a failure of the engine, or on the way to it, in a person's words.
// What a person has set or asked wrongly is a refuse.Error instead.
type Fault struct {
	What  refuse.Text
	Where string // address of the engine, or the file in the lake
	Do    refuse.Text
	Err   error // the cause
}

func (f *Fault) Error() string { return f.Where + ": " + f.What.EN + "; " + f.Do.EN }
func (f *Fault) Unwrap() error { return f.Err }

// fault says what an error of the engine means to the person who reads it.
func (db *DB) fault(err error) error { return faultAt(db.URL, err) }

// faultAt is the fault of the engine at an address: a refuse.Error, a Fault, or
// err itself where it is told already or the work was interrupted.
func faultAt(address string, err error) error {
	var told *refuse.Error
	var known *Fault
	if err == nil || errors.Is(err, context.Canceled) || errors.As(err, &told) || errors.As(err, &known) {
		return err
	}
	if u, bad := url.Parse(address); bad == nil {
		address = u.Redacted()
	}
	var engine *client.ErrTrino
	if errors.As(err, &engine) {
		return engineFault(address, engine, err)
	}
	m, ok := wayMeaning(err)
	if !ok {
		m = meaning{
			what: refuse.Text{ZH: "计算引擎出错：" + plain(err.Error()), EN: "the engine failed: " + plain(err.Error())},
			do:   buildAgain,
		}
	}
	return m.at(address, err)
}

// meaning is what an error means to a person.
type meaning struct {
	what, do refuse.Text
	wrong    bool // a setting or question is wrong: no failure of the system
	quotes   bool // the engine's own words belong to it
}

func (m meaning) at(where string, err error) error {
	if m.wrong {
		return &refuse.Error{What: m.what, Where: where, Do: m.do, Err: err}
	}
	return &Fault{What: m.what, Where: where, Do: m.do, Err: err}
}

var buildAgain = refuse.Text{
	ZH: "请看协调节点的日志（网页 " + webPath + "）；排除后重新运行同一命令",
	EN: "see the coordinator's log (its page is " + webPath + "); mend it, then run the same command again",
}

const webPath = "/ui/"

// engineFault is what the engine itself reports.
func engineFault(address string, e *client.ErrTrino, err error) error {
	m, ok := meanings[e.ErrorName]
	if !ok {
		m = meaning{
			what: refuse.Text{ZH: "计算引擎出错 " + e.ErrorName, EN: "the engine failed with " + e.ErrorName}, do: buildAgain,
			wrong: e.ErrorType == "USER_ERROR", quotes: true,
		}
		if m.wrong {
			m = asked
		}
	}
	if m.quotes {
		words := plain(e.Message)
		m.what.ZH += "：" + words
		m.what.EN += ": " + words
	}
	where := address
	if strings.HasPrefix(e.ErrorName, "HIVE_") {
		if file := lakeFile.FindString(e.Message); file != "" {
			where = tail(file)
		}
	}
	return m.at(where, err)
}

var (
	lakeFile   = regexp.MustCompile(`\b[a-z][a-z0-9]*:/+[^\s,;:()\[\]"']+`)
	ourSchema  = regexp.MustCompile(`\b(?:[a-z_]+\.)?(raw|ref|staging|core|indicators|mart|found)_[0-9]+\b`)
	linePlace  = regexp.MustCompile(`^line (\d+):\d+: `)
	longestSay = 300
)

// plain is the engine's message as a person may read it: one line, the tables
// under the names they were asked by, files by the end of their path. The
// column of a place is left out: the names sent are longer than those asked.
func plain(message string) string {
	line, _, _ := strings.Cut(message, "\n")
	line = linePlace.ReplaceAllString(line, "line $1: ")
	line = ourSchema.ReplaceAllString(line, "$1")
	line = lakeFile.ReplaceAllStringFunc(line, func(found string) string {
		if strings.HasPrefix(found, "http") {
			return found
		}
		return tail(found)
	})
	if words := []rune(line); len(words) > longestSay {
		line = string(words[:longestSay]) + "..."
	}
	return line
}

// tail is the end of a path in the lake: dataset, load and file.
func tail(path string) string {
	parts := strings.Split(path, "/")
	return strings.Join(parts[max(0, len(parts)-3):], "/")
}

// wayMeaning is what went wrong on the way to the engine, or with whatever
// answers at its address.
func wayMeaning(err error) (meaning, bool) {
	var failed *client.ErrQueryFailed
	status := 0
	if errors.As(err, &failed) {
		status = failed.StatusCode
	}
	var unknown x509.UnknownAuthorityError
	var verify *tls.CertificateVerificationError
	var name x509.HostnameError
	var record tls.RecordHeaderError
	var resolve *net.DNSError
	var syntax *json.SyntaxError
	text := err.Error()
	switch {
	case errors.Is(err, client.ErrQueryCancelled):
		return meanings["USER_CANCELED"], true
	case status == http.StatusUnauthorized:
		return unknownUser, true
	case status == http.StatusForbidden:
		return meanings["PERMISSION_DENIED"].unquoted(), true
	case status == http.StatusGone, status == http.StatusNotFound && strings.Contains(text, "Query not found"):
		return restarted, true
	case errors.As(err, &name):
		return otherName, true
	case errors.As(err, &unknown), errors.As(err, &verify):
		return unknownCA, true
	case errors.As(err, &record), strings.Contains(text, "server gave HTTP response to HTTPS client"),
		strings.Contains(text, "malformed HTTP response"), strings.Contains(text, "HTTP request to an HTTPS server"):
		return otherProtocol, true
	case errors.As(err, &resolve):
		return unknownHost, true
	case errors.Is(err, syscall.ECONNREFUSED):
		return nobodyThere, true
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, syscall.ETIMEDOUT), errors.Is(err, syscall.EHOSTUNREACH):
		return noAnswer, true
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return restarted, true
	case errors.As(err, &syntax), status >= 300:
		return noEngine, true
	}
	return meaning{}, false
}

func (m meaning) unquoted() meaning { m.quotes = false; return m }

// checkSetting is what to do about a setting in canbao.yaml.
func checkSetting(names string) refuse.Text {
	return refuse.Text{ZH: "请检查 canbao.yaml 的 " + names, EN: fmt.Sprintf("check %s in canbao.yaml", names)}
}
