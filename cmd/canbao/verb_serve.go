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
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"canbao/etl/refuse"
	"canbao/reports/access"
	"canbao/reports/audit"
	questions "canbao/reports/desk"
	"canbao/reports/web"
)

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

// serve answers until it is told to stop.
func (a *app) serve(ctx context.Context) error {
	if err := a.mustBeWorkspace(); err != nil {
		return err
	}
	users, err := access.OpenUsers(a.usersPath())
	if err != nil {
		return err
	}
	secure, err := a.certificate()
	if err != nil {
		return err
	}
	listener, err := a.listen(ctx, a.set.Listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	started, err := a.begin(audit.Serve, "start "+listener.Addr().String())
	if err != nil {
		return err
	}
	if err := started.now(ctx); err != nil {
		return err
	}
	return a.running(ctx, users, started.log, listener, secure)
}

// running opens the desk and the pages, and closes them in turn.
func (a *app) running(ctx context.Context, users *access.Users, record *audit.Log, listener net.Listener, secure *tls.Config) (err error) {
	log := slog.New(slog.NewJSONHandler(a.errors, nil))
	temp := filepath.Join(a.serviceDir(), "tmp")
	if err := os.MkdirAll(temp, 0o700); err != nil {
		return err
	}
	d, err := questions.Open(ctx, questions.Options{
		Published: a.publishDir(), Temp: temp, Audit: record, Keep: a.set.KeepSnapshots, Limits: a.set.limits.Of, Areas: func() [][]string { return areasOf(users) },
		Warn: func(err error) { log.Warn("desk", "error", err.Error()) },
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	o := web.Options{
		Users: users, Audit: record, AuditDir: a.auditDir(), Desk: d, Lang: a.set.Lang, Bulletins: a.reportsDir(), Service: a.serviceDir(),
		Office: a.newOffice(), Limits: a.set.limits.Of, Reason: reasonText, Secure: secure != nil, Log: log,
	}
	if o.Prose, err = a.ownProse(); err != nil {
		return err
	}
	if o.Map, err = a.ownMap(); err != nil {
		return err
	}
	pages, err := web.New(o)
	if err != nil {
		return err
	}
	defer pages.Close()
	a.tellServing(users, listener, secure)
	// Whichever stops takes the others with it.
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return pages.Serve(ctx, listener, secure, grace) })
	err = group.Wait()
	_, recorded := record.Append(context.WithoutCancel(ctx), audit.Entry{By: a.byWhom(), Via: "cli", Act: audit.Serve, What: "stop", Outcome: audit.OK})
	return errors.Join(err, recorded)
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

// certificate is what the service shows of itself, nil where it is not needed:
// nobody but this machine reaches it.
func (a *app) certificate() (*tls.Config, error) {
	if a.set.Cert == "" && web.Loopback(a.set.Listen) {
		return nil, nil
	}
	var c tls.Certificate
	var err error
	if a.set.Cert != "" {
		c, err = web.ReadCertificate(a.set.Cert, a.set.CertKey)
	} else {
		c, err = web.OwnCertificate(a.serviceDir(), web.Hosts(a.set.Listen), time.Now())
	}
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{c}, MinVersion: tls.VersionTLS12}, nil
}

// tellServing says where the pages are, and what is still missing.
func (a *app) tellServing(users *access.Users, l net.Listener, secure *tls.Config) {
	scheme := "http"
	if secure != nil {
		scheme = "https"
		print := web.Fingerprint(secure.Certificates[0])
		a.tell("证书指纹（SHA-256）"+print, "fingerprint of the certificate (SHA-256) "+print)
	}
	address := fmt.Sprintf("%s://%s", scheme, l.Addr())
	a.tell("网页在 "+address+"，按 Ctrl-C 停止", "pages are at "+address+", Ctrl-C stops")
	if len(users.List()) == 0 {
		a.say("还没有用户，谁也登录不了；用 "+a.command("user add")+" 新增", "there are no users, so nobody can sign in: add one with "+a.command("user add"))
	}
}
