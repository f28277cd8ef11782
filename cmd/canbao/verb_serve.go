package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"canbao/etl/refuse"
	"canbao/models/measure"
	"canbao/reports/access"
	"canbao/reports/audit"
	questions "canbao/reports/desk"
	"canbao/reports/flight"
	"canbao/reports/web"
)

// wireOff is the address of a service without a wire.
const wireOff = "off"

// grace is how long a server that is told to stop lets run what is under way.
const grace = 10 * time.Second

func (a *app) serviceDir() string { return filepath.Join(a.dir, "service") }

func (a *app) serveVerb() *cobra.Command {
	cmd := a.verb("serve", refuse.Text{ZH: "启动服务：领导看的网页", EN: "run the service: pages for leaders"},
		func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context()) })
	cmd.Args = none()
	a.takes(cmd, serving)
	return cmd
}

// The service throws away many times what it keeps: every batch on the wire
// passes through buffers that live for a moment. Collected when the heap has grown
// to five times what is kept instead of twice, an answer of ten million
// rows takes a tenth less time; from serveHeap bytes on Go collects as it must.
const (
	serveGrowth = 400 // percent
	serveHeap   = 1 << 30
)

func tendHeap() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(serveGrowth)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(serveHeap)
	}
}

// served are the addresses the service answers on, with what it shows of itself.
type served struct {
	pages, wire net.Listener // wire is nil where it is off
	secure      *tls.Config  // nil where nobody needs it
}

// serve answers until it is told to stop.
func (a *app) serve(ctx context.Context) error {
	if err := a.mustBeWorkspace(); err != nil {
		return err
	}
	users, err := access.OpenUsers(a.usersPath())
	if err != nil {
		return err
	}
	on := &served{}
	if on.secure, err = a.certificate(); err != nil {
		return err
	}
	if on.pages, err = a.listen(ctx, a.set.Listen); err != nil {
		return err
	}
	defer on.pages.Close()
	if a.set.Wire != wireOff {
		if on.wire, err = a.listen(ctx, a.set.Wire); err != nil {
			return err
		}
		defer on.wire.Close()
	}
	started, err := a.begin(audit.Serve, "start "+on.pages.Addr().String())
	if err != nil {
		return err
	}
	if err := started.now(ctx); err != nil {
		return err
	}
	tendHeap()
	err = a.running(ctx, users, started.log, on)
	_, recorded := started.log.Append(context.WithoutCancel(ctx), audit.Entry{By: a.byWhom(), Via: "cli", Act: audit.Serve, What: "stop", Outcome: audit.OK})
	return errors.Join(err, recorded)
}

// running opens the desk, the pages and the wire, and closes them in turn.
func (a *app) running(ctx context.Context, users *access.Users, record *audit.Log, on *served) (err error) {
	log := slog.New(slog.NewJSONHandler(a.errors, nil))
	temp := filepath.Join(a.serviceDir(), "tmp")
	if err := os.MkdirAll(temp, 0o700); err != nil {
		return err
	}
	// What all ways in have together: who may try to sign in, and what is counted.
	gate, counted := access.NewGate(nil), prometheus.NewRegistry()
	d, err := questions.Open(ctx, questions.Options{
		Published: a.publishDir(), Temp: temp, Audit: record, Keep: a.set.KeepSnapshots, Limits: a.set.limits.Of,
		Areas: func() [][]string { return areasOf(users) },
		// Pages are composed from memory: who looks at a day first waits for no query.
		Prepare: func(ctx context.Context, r *measure.Reader) error { return r.Hold(ctx, "") },
		Warn:    func(err error) { log.Warn("desk", "error", err.Error()) },
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	pages, err := a.pages(web.Options{Users: users, Gate: gate, Audit: record, Desk: d, Secure: a.secured(), Log: log, Metrics: counted})
	if err != nil {
		return err
	}
	defer pages.Close()
	// Whichever stops takes the other with it.
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if !a.secured() {
			return pages.Serve(ctx, on.pages, nil, grace)
		}
		return pages.Serve(ctx, on.pages, on.secure, grace)
	})
	if on.wire != nil {
		wire, err := flight.New(flight.Options{Users: users, Gate: gate, Audit: record, Desk: d, TLS: on.secure, Lang: a.set.Lang, Version: version, Log: log, Metrics: counted})
		if err != nil {
			return err
		}
		group.Go(func() error { return wire.Serve(ctx, on.wire) })
	}
	a.tellServing(users, on)
	return group.Wait()
}

// pages are the pages over a desk, with what is the workspace's own.
func (a *app) pages(o web.Options) (*web.Server, error) {
	own, err := a.composing()
	if err != nil {
		return nil, err
	}
	o.Lang, o.Prose, o.Map, o.Tiles = own.Lang, own.Prose, own.Map, own.Tiles
	o.AuditDir, o.Bulletins, o.Issued, o.Service = a.auditDir(), a.reportsDir(), a.issuedDir(), a.serviceDir()
	o.Office, o.Limits, o.Reason = a.newOffice(), a.set.limits.Of, reasonText
	return web.New(o)
}

// areasOf are the areas of the users of towns, whose files are made ahead.
func areasOf(users *access.Users) [][]string {
	var all [][]string
	for _, u := range users.List() {
		if u.Role == access.Town && !u.Disabled {
			all = append(all, u.Areas)
		}
	}
	return all
}

// listen takes the address.
func (a *app) listen(ctx context.Context, address string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err == nil {
		return l, nil
	}
	do := refuse.Text{ZH: "写主机和端口，如 127.0.0.1:8866 或 0.0.0.0:8866", EN: "give host and port, such as 127.0.0.1:8866 or 0.0.0.0:8866"}
	what := refuse.Text{ZH: "不能在 " + address + " 上监听", EN: "cannot listen on " + address}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		do = refuse.Text{ZH: "这个端口已被占用：服务可能已在运行，或换一个 --listen", EN: "the port is taken: the service may run already, or take another --listen"}
	case errors.Is(err, syscall.EACCES):
		do = refuse.Text{ZH: "1024 以下的端口要有权限，换一个 --listen", EN: "a port below 1024 needs the right to: take another --listen"}
	}
	return nil, &refuse.Error{What: what, Do: do, Err: err}
}

// secured tells whether the pages go over TLS: wherever somebody else than this
// machine could listen in, and where there is a certificate for it.
func (a *app) secured() bool { return a.set.Cert != "" || !web.Loopback(a.set.Listen) }

// certificate is what the service shows of itself, nil where nothing needs it.
// The wire never goes without.
func (a *app) certificate() (*tls.Config, error) {
	if !a.secured() && a.set.Wire == wireOff {
		return nil, nil
	}
	var c tls.Certificate
	var err error
	if a.set.Cert != "" {
		c, err = web.ReadCertificate(a.set.Cert, a.set.CertKey)
	} else {
		c, err = web.OwnCertificate(a.serviceDir(), web.Hosts(a.set.Listen, a.set.Wire), time.Now())
	}
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{c}, MinVersion: tls.VersionTLS12}, nil
}

// tellServing says where the pages and the wire are, and what is still missing.
func (a *app) tellServing(users *access.Users, on *served) {
	scheme := "http"
	if a.secured() {
		scheme = "https"
	}
	address := fmt.Sprintf("%s://%s", scheme, on.pages.Addr())
	a.tell("网页在 "+address+"，按 Ctrl-C 停止", "pages are at "+address+", Ctrl-C stops")
	if on.wire != nil {
		wire := "grpc+tls://" + on.wire.Addr().String()
		a.tell("工具（Flight SQL）连 "+wire, "tools (Flight SQL) connect to "+wire)
	}
	if on.secure != nil {
		fingerprint := web.Fingerprint(on.secure.Certificates[0])
		a.tell("证书指纹（SHA-256）"+fingerprint, "fingerprint of the certificate (SHA-256) "+fingerprint)
	}
	if len(users.List()) == 0 {
		a.say("还没有用户，谁也登录不了；用 "+a.command("user add")+" 新增", "there are no users, so nobody can sign in: add one with "+a.command("user add"))
	}
}
