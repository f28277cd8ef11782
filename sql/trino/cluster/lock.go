package cluster

import (
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
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// CA is the file with the certificate that vouches for a cluster with a
// password.
func (c *Cluster) CA() string { return filepath.Join(c.Dir, "ca.pem") }

// lock makes the certificate and the address of a cluster with a password. The
// nodes go on talking to each other in the clear: they share a machine.
func (c *Cluster) lock() error {
	port, err := freePort()
	if err != nil {
		return err
	}
	c.url = fmt.Sprintf("https://127.0.0.1:%d", port)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("make a certificate: %w", err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "canbao test cluster"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	made, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		return fmt.Errorf("make a certificate: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("make a certificate: %w", err)
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made})
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(c.CA(), certificate, 0o644); err != nil {
		return err
	}
	both := append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), certificate...)
	if err := os.WriteFile(filepath.Join(c.Dir, "server.pem"), both, 0o600); err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(certificate)
	c.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	return nil
}

// locked are the further settings, and files of settings, of a node of a cluster
// with a password.
func (c *Cluster) locked(coordinator bool) (config string, files map[string]string, err error) {
	config = "internal-communication.shared-secret=only-for-this-test\n"
	if !coordinator {
		return config, nil, nil
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(c.Password), 8)
	if err != nil {
		return "", nil, err
	}
	users := filepath.Join(c.Dir, "users")
	// The engine knows bcrypt by the name that PHP gave it.
	line := User + ":" + strings.Replace(string(hash), "$2a$", "$2y$", 1) + "\n"
	if err := os.WriteFile(users, []byte(line), 0o600); err != nil {
		return "", nil, err
	}
	config += fmt.Sprintf(`http-server.authentication.type=PASSWORD
http-server.authentication.allow-insecure-over-http=false
http-server.https.enabled=true
http-server.https.port=%s
http-server.https.keystore.path=%s
`, strings.TrimPrefix(c.url, "https://127.0.0.1:"), filepath.Join(c.Dir, "server.pem"))
	return config, map[string]string{
		"password-authenticator.properties": "password-authenticator.name=file\nfile.password-file=" + users + "\n",
	}, nil
}
