//go:build duckdb_arrow

package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	arrowflight "github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"canbao/reports/flight"
)

// agreeing asks for the same thing of several tables: the snapshot's number, the
// people of the city counted twice, the files counted twice, and the payments,
// which are more with every build. Of a torn state the parts would differ.
const agreeing = `select (select snapshot from ref.snapshot),
	(select count(*) from mart.person where hukou),
	(select count(distinct person_no) from mart.person where hukou),
	(select s.files from ref.snapshot as s), (select count(distinct file) from mart.load),
	(select sum(payments) from mart.payment_daily)`

// readers are so many readers: half of them on pages, a quarter on the wire, the
// others in the SQL of the pages and in the shell; some are a town's.
func (c *readCity) readers(number int) (all []reader) {
	c.Helper()
	lin, wu, zhen := c.signIn("lin"), c.signIn("wu"), c.signIn("zhen")
	for n := range number {
		switch n % 8 {
		case 0, 1, 2:
			all = append(all, c.page(lin, false))
		case 3:
			all = append(all, c.page(zhen, true))
		case 4:
			all = append(all, c.onWire("wu", false))
		case 5:
			all = append(all, c.onWire("zhen", true))
		case 6:
			all = append(all, c.inSQL(wu))
		case 7:
			all = append(all, c.inShell())
		}
	}
	return all
}

// signIn signs in on the pages.
func (c *readCity) signIn(name string) *http.Client {
	c.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		c.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 32}}
	a, err := client.PostForm("http://"+c.pages+"/sign-in", url.Values{"name": {name}, "password": {readPassword}})
	if err != nil {
		c.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode != http.StatusOK || !strings.Contains(string(text), "<b>"+name+"</b>") {
		c.Fatalf("sign in %s: %d, %v", name, a.StatusCode, err)
	}
	return client
}

var (
	footOf  = regexp.MustCompile(`<footer class="foot"><p>Snapshot (\d+) · as of ([^,<]+), the day`)
	mastOf  = regexp.MustCompile(`snapshot (\d+), built`)
	rankOf  = regexp.MustCompile(`<a href="/area/(\d+)[^"]*">[^<]*</a><td>(?:<svg.*?</svg>)?<b>([\d.]+)</b>`)
	scoreOf = regexp.MustCompile(`scores <b>([\d.]+) points</b>`)
	cellOf  = regexp.MustCompile(`<td(?: class="l")?>([^<]*)</td>`)
	ofOf    = regexp.MustCompile(`snapshot (\d+) ·`)
)

// page asks for the city or a town on any of its first days, or on the latest.
func (c *readCity) page(client *http.Client, own bool) reader {
	return func(dice *rand.Rand) (sight, error) {
		area := append([]string{""}, c.towns...)[dice.IntN(len(c.towns)+1)]
		if own {
			area = c.town
		}
		path := "/"
		if area != "" {
			path = "/area/" + area
		}
		if dice.IntN(2) == 0 {
			path += "?day=" + time.Date(2020, 11, 1+dice.IntN(10), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		}
		a, err := client.Get("http://" + c.pages + path)
		if err != nil {
			return sight{}, err
		}
		defer a.Body.Close()
		text, err := io.ReadAll(a.Body)
		if err != nil || a.StatusCode != http.StatusOK {
			return sight{}, fmt.Errorf("%s: %d: %.300s (%v)", path, a.StatusCode, text, err)
		}
		s := sight{kind: "page", town: own}
		if err := s.read(string(text), area); err != nil {
			return s, fmt.Errorf("%s: %w", path, err)
		}
		return s, nil
	}
}

// read takes the snapshot and the scores out of a page.
func (s *sight) read(text, area string) error {
	foot, mast := footOf.FindStringSubmatch(text), mastOf.FindStringSubmatch(text)
	if foot == nil || mast == nil || foot[1] != mast[1] {
		return fmt.Errorf("the page names snapshots %q and %q", foot, mast)
	}
	at, err := time.Parse("2 January 2006", foot[2])
	if err != nil {
		return err
	}
	s.snapshot, err = strconv.Atoi(foot[1])
	day := at.Format(time.DateOnly)
	if area != "" {
		if found := scoreOf.FindStringSubmatch(text); found != nil {
			s.figures = append(s.figures, figure{day, area, found[1]})
		}
	} else {
		for _, found := range rankOf.FindAllStringSubmatch(text, -1) {
			s.figures = append(s.figures, figure{day, found[1], found[2]})
		}
	}
	if len(s.figures) == 0 {
		return fmt.Errorf("the page tells no score")
	}
	return err
}

// inSQL asks on the page for SQL, as its script does.
func (c *readCity) inSQL(client *http.Client) reader {
	return func(*rand.Rand) (sight, error) {
		q, err := http.NewRequest(http.MethodPost, "http://"+c.pages+"/query", strings.NewReader(url.Values{"text": {agreeing}}.Encode()))
		if err != nil {
			return sight{}, err
		}
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("Accept", "application/x-ndjson")
		a, err := client.Do(q)
		if err != nil {
			return sight{}, err
		}
		defer a.Body.Close()
		var last struct {
			Done         bool
			HTML, Status string
		}
		lines := bufio.NewScanner(a.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if err := json.Unmarshal(lines.Bytes(), &last); err != nil {
				return sight{}, fmt.Errorf("%d: %s: %w", a.StatusCode, lines.Text(), err)
			}
		}
		of := ofOf.FindStringSubmatch(last.HTML)
		if a.StatusCode != http.StatusOK || !last.Done || of == nil {
			return sight{}, fmt.Errorf("SQL: %d: %+v (%v)", a.StatusCode, last, lines.Err())
		}
		s := sight{kind: "sql"}
		s.snapshot, err = strconv.Atoi(of[1])
		var cells []string
		for _, cell := range cellOf.FindAllStringSubmatch(last.HTML, -1) {
			cells = append(cells, cell[1])
		}
		s.row = strings.Join(cells, "|")
		return s, err
	}
}

// dial connects to the wire.
func (c *readCity) dial(name string) (*flightsql.Client, context.Context, error) {
	text, err := os.ReadFile(filepath.Join(c.dir, "service", "tls.pem"))
	if err != nil {
		return nil, nil, err
	}
	known := x509.NewCertPool()
	known.AppendCertsFromPEM(text)
	client, err := flightsql.NewClient(c.wire, nil, nil, grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{RootCAs: known})))
	if err != nil {
		return nil, nil, err
	}
	c.Cleanup(func() { client.Close() })
	ctx, err := client.Client.AuthenticateBasicToken(context.Background(), name, readPassword)
	return client, ctx, err
}

// onWire asks on the wire, in a session of its own.
func (c *readCity) onWire(name string, town bool) reader {
	c.Helper()
	client, ctx, err := c.dial(name)
	if err != nil {
		c.Fatal(err)
	}
	return func(*rand.Rand) (sight, error) {
		s := sight{kind: "wire", town: town}
		info, err := client.Execute(ctx, agreeing)
		if err != nil {
			return s, err
		}
		rows, err := client.DoGet(ctx, info.Endpoint[0].Ticket)
		if err != nil {
			return s, err
		}
		defer rows.Release()
		if s.snapshot, err = snapshotOf(rows); err != nil {
			return s, err
		}
		for rows.Next() {
			var cells []string
			for _, col := range rows.RecordBatch().Columns() {
				cells = append(cells, col.ValueStr(0))
			}
			s.row += strings.Join(cells, "|")
		}
		return s, rows.Err()
	}
}

// snapshotOf is the snapshot an answer of the wire names.
func snapshotOf(rows *arrowflight.Reader) (int, error) {
	text, _ := rows.Schema().Metadata().GetValue(flight.SnapshotKey)
	return strconv.Atoi(text)
}

// inShell asks by the program on the command line.
func (c *readCity) inShell() reader {
	return func(*rand.Rand) (sight, error) {
		var errs strings.Builder
		cmd := c.command("query", "--quiet", "--format", "csv", agreeing)
		cmd.Stderr = &errs
		text, err := cmd.Output()
		if err != nil {
			return sight{}, fmt.Errorf("query: %w: %s", err, errs.String())
		}
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		s := sight{kind: "shell", row: strings.ReplaceAll(lines[len(lines)-1], ",", "|")}
		number, _, _ := strings.Cut(s.row, "|")
		s.snapshot, err = strconv.Atoi(strings.TrimSpace(number))
		return s, err
	}
}
