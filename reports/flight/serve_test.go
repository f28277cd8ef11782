//go:build duckdb_arrow

package flight

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"

	"canbao/reports/access"
	"canbao/reports/audit"
	"canbao/reports/desk"
)

// service is a server on a port of this machine, and what it stands on.
type service struct {
	*Server
	t      testing.TB
	users  *access.Users
	desk   *desk.Desk
	record string // folder
	port   int
	roots  *x509.CertPool
	cert   string // file
	stop   func()
}

const password = "stone-river-lamp-9"

// people are who may sign in, all with the one password.
var people = []access.User{
	{Name: "zhang", Role: access.Analyst},
	{Name: "li", Role: access.Operator},
	{Name: "chen", Role: access.Leader},
	{Name: "shen", Role: access.Auditor},
}

// usersOnce is the file of users: their passwords take time to hash.
var usersOnce = sync.OnceValues(func() ([]byte, error) {
	path := filepath.Join(scratch, "users.json")
	users, err := access.OpenUsers(path)
	if err != nil {
		return nil, err
	}
	for _, u := range people {
		if err := users.Add(u, password); err != nil {
			return nil, err
		}
	}
	return os.ReadFile(path)
})

// serve starts a server over published snapshots.
func serve(t testing.TB, published string, change func(*desk.Options, *Options)) *service {
	t.Helper()
	dir := t.TempDir()
	s := &service{t: t, record: filepath.Join(dir, "audit")}
	var err error
	must := func() {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	text, err := usersOnce()
	must()
	err = os.WriteFile(filepath.Join(dir, "users.json"), text, 0o600)
	must()
	s.users, err = access.OpenUsers(filepath.Join(dir, "users.json"))
	must()
	log, err := audit.Open(s.record)
	must()
	wire := Options{Users: s.users, Audit: log, Lang: "en", TLS: s.certificate(dir)}
	of := desk.Options{Published: published, Audit: log, Poll: 50 * time.Millisecond, Temp: dir}
	if change != nil {
		change(&of, &wire)
	}
	s.desk, err = desk.Open(context.Background(), of)
	must()
	wire.Desk = s.desk
	s.Server, err = New(wire)
	must()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must()
	s.port = l.Addr().(*net.TCPAddr).Port
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	stopped := false
	s.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := s.desk.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(s.stop)
	return s
}

// certificate makes one for this machine, as a server without its own does.
func (s *service) certificate(dir string) *tls.Config {
	s.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "canbao"},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		s.t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		s.t.Fatal(err)
	}
	s.roots = x509.NewCertPool()
	s.roots.AddCert(leaf)
	s.cert = filepath.Join(dir, "cert.pem")
	if err := os.WriteFile(s.cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
}

// client connects as arrow-go's own client, not signed in.
func (s *service) client(options ...grpc.DialOption) *flightsql.Client {
	s.t.Helper()
	c, err := flightsql.NewClient("localhost:"+strconv.Itoa(s.port), nil, nil,
		append(options, grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{RootCAs: s.roots})))...)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.Close() })
	return c
}

// as connects and signs in.
func (s *service) as(name string, options ...grpc.DialOption) (*flightsql.Client, context.Context) {
	s.t.Helper()
	c := s.client(options...)
	ctx, err := c.Client.AuthenticateBasicToken(s.t.Context(), name, password)
	if err != nil {
		s.t.Fatal(err)
	}
	return c, ctx
}

func bearer(ctx context.Context, token string) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
}

// recorded are the entries of the record as "by act outcome rows snapshot".
func (s *service) recorded() []string {
	s.t.Helper()
	var all []string
	for e, err := range audit.Read(s.record, audit.Filter{}) {
		if err != nil {
			s.t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%s %s %s %d %d", e.By, e.Act, e.Outcome, e.Rows, e.Snapshot))
	}
	return all
}

// uri is the address of the server for clients that want a scheme.
func (s *service) uri(scheme string) string { return scheme + "://localhost:" + strconv.Itoa(s.port) }
