package web

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"canbao/etl/refuse"
)

// How long a certificate of our own is good, and when a server that starts makes
// the next one.
const (
	certificateFor   = 397 * 24 * time.Hour
	certificateSpare = 30 * 24 * time.Hour
)

// ownCertificate is the file with certificate and key, in the folder of the
// service.
const ownCertificate = "tls.pem"

// ReadCertificate reads a certificate and its key, from PEM files.
func ReadCertificate(certFile, keyFile string) (tls.Certificate, error) {
	c, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return c, &refuse.Error{
			What:  refuse.Text{ZH: "证书或其私钥读不了，或者不配套", EN: "the certificate or its key cannot be read, or they do not belong together"},
			Where: certFile,
			Do:    refuse.Text{ZH: "请检查设置 cert 和 cert_key，两者都是 PEM 文件", EN: "check the settings cert and cert_key: both are PEM files"},
			Err:   err,
		}
	}
	return c, nil
}

// OwnCertificate is the certificate of the service itself, for the host names
// and addresses given: the one in dir while it is good for them, else a new one,
// signed by itself and readable by its owner alone.
func OwnCertificate(dir string, hosts []string, now time.Time) (tls.Certificate, error) {
	path := filepath.Join(dir, ownCertificate)
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return tls.Certificate{}, fmt.Errorf("read certificate: %w", err)
	default:
		if c, err := tls.X509KeyPair(text, text); err == nil && goodFor(c.Leaf, hosts, now) {
			return c, nil
		}
	}
	if text, err = makeCertificate(hosts, now); err != nil {
		return tls.Certificate{}, fmt.Errorf("make certificate: %w", err)
	}
	if err := writePrivate(path, text); err != nil {
		return tls.Certificate{}, fmt.Errorf("write certificate: %w", err)
	}
	return tls.X509KeyPair(text, text)
}

// goodFor tells whether a certificate holds for all hosts for some time to come.
func goodFor(c *x509.Certificate, hosts []string, now time.Time) bool {
	if c == nil || now.Before(c.NotBefore) || now.Add(certificateSpare).After(c.NotAfter) {
		return false
	}
	return !slices.ContainsFunc(hosts, func(h string) bool { return c.VerifyHostname(h) != nil })
}

func makeCertificate(hosts []string, now time.Time) ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	c := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "canbao"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(certificateFor),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		} else {
			c.DNSNames = append(c.DNSNames, h)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		return nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})...), nil
}

// writePrivate writes a file that its owner alone may read, whole or not at all.
func writePrivate(path string, text []byte) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".tls-*") // made for its owner alone
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(text); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Fingerprint is what a certificate is told by, over the phone: SHA-256 in pairs.
func Fingerprint(c tls.Certificate) string {
	sum := sha256.Sum256(c.Certificate[0])
	pairs := make([]string, len(sum))
	for n, b := range sum {
		pairs[n] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(pairs, ":")
}

// Hosts are the names and addresses that a certificate for addresses to listen
// on has to name: of one that stands for all, all of the machine's.
func Hosts(addresses ...string) []string {
	hosts, all := []string{"localhost", "127.0.0.1", "::1"}, false
	for _, address := range addresses {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			continue
		}
		if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
			all = true
		} else if !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	if !all {
		return hosts
	}
	if name, err := os.Hostname(); err == nil {
		hosts = append(hosts, name)
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		return hosts // they can still be reached, with a warning
	}
	for _, a := range own {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && !n.IP.IsLinkLocalUnicast() {
			hosts = append(hosts, n.IP.String())
		}
	}
	return hosts
}
