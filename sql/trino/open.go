package trino

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	client "github.com/trinodb/trino-go-client/trino"

	"canbao/etl/refuse"
)

// Oldest is the oldest version of the engine that the models are tested on.
const Oldest = 476

// Options say where the engine is and who asks it.
type Options struct {
	URL      string // of the coordinator, such as https://trino.example.gov:8443
	Catalog  string // of the Hive connector that reads the lake
	User     string
	Password string // needs https; "" where the engine asks for none
	CA       string // file of the certificates that vouch for the coordinator, "" for those of the system
	Folder   string // the lake as this machine sees it
	Location string // the lake as the engine sees it, such as s3://bucket/lake or local:///
	Bucket   Bucket // where the lake is one, and Folder its copy; nil where both see the same folder
}

// Bucket is an object store with a lake. Files are named as below the lake's
// folder, with slashes.
type Bucket interface {
	Put(ctx context.Context, name string) error      // from the folder
	Fetch(ctx context.Context, name string) error    // to the folder
	Remove(ctx context.Context, folder string) error // all that is below it
}

// DB is an engine that answers.
type DB struct {
	*sql.DB
	Options
	version string
}

// Node is a machine of the cluster.
type Node struct {
	ID, Version, State string
	Coordinator        bool
}

// Open finds the engine and makes sure that it is one the models are tested on.
func Open(ctx context.Context, o Options) (*DB, error) {
	dsn, err := o.dsn()
	if err != nil {
		return nil, err
	}
	pool, err := sql.Open("trino", dsn)
	if err != nil {
		return nil, o.unusable(err)
	}
	db := &DB{DB: pool, Options: o}
	if err := db.greet(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return db, nil
}

func (o Options) dsn() (string, error) {
	address, err := url.Parse(o.URL)
	if err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https" {
		return "", o.unusable(fmt.Errorf("%q is no address of an engine", o.URL))
	}
	address.User = url.User(o.User)
	if o.Password != "" {
		address.User = url.UserPassword(o.User, o.Password)
	}
	c := client.Config{ServerURI: address.String(), Source: "canbao", Catalog: o.Catalog}
	if o.CA != "" {
		name, err := trust(o.CA)
		if err != nil {
			return "", err
		}
		c.CustomClientName = name
	}
	return c.FormatDSN()
}

// trust makes a client that believes the certificates in a file and returns the
// name it is known by to the driver.
func trust(file string) (string, error) {
	pem, err := os.ReadFile(file)
	pool := x509.NewCertPool()
	if err != nil || !pool.AppendCertsFromPEM(pem) {
		return "", &refuse.Error{
			What:  refuse.Text{ZH: "读不出证书", EN: "there is no certificate to be read"},
			Where: file,
			Do:    refuse.Text{ZH: "engine_ca 应是 PEM 格式的证书文件", EN: "engine_ca wants a file of certificates in PEM form"},
			Err:   err,
		}
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	return "canbao", client.RegisterCustomClient("canbao", &http.Client{Transport: transport})
}

// greet asks who answers.
func (db *DB) greet(ctx context.Context) error {
	nodes, err := db.Nodes(ctx)
	if err != nil {
		return err
	}
	for _, n := range nodes {
		if n.Coordinator {
			db.version = n.Version
		}
	}
	number, err := strconv.Atoi(strings.SplitN(db.version, "-", 2)[0])
	if err != nil || number < Oldest {
		return &refuse.Error{
			What: refuse.Text{
				ZH: fmt.Sprintf("计算引擎版本是 %s，本程序在 %d 及以后的版本上测试", db.version, Oldest),
				EN: fmt.Sprintf("the engine is version %s, and the models are tested on %d and later", db.version, Oldest),
			},
			Where: db.URL,
			Do:    refuse.Text{ZH: "请升级 Trino 后再计算", EN: "upgrade Trino, then build again"},
		}
	}
	for _, n := range nodes {
		if n.Version != db.version {
			return &refuse.Error{
				What: refuse.Text{
					ZH: fmt.Sprintf("集群里版本不一致：协调节点 %s，%s 为 %s", db.version, n.ID, n.Version),
					EN: fmt.Sprintf("the cluster mixes versions: the coordinator is %s, %s is %s", db.version, n.ID, n.Version),
				},
				Where: db.URL,
				Do:    refuse.Text{ZH: "请先把各节点装成同一版本", EN: "bring all nodes to one version first"},
			}
		}
	}
	return nil
}

// Version is the engine's own, such as "476".
func (db *DB) Version() string { return db.version }

// Nodes are the machines of the cluster as the coordinator sees them.
func (db *DB) Nodes(ctx context.Context) ([]Node, error) {
	rows, err := db.QueryContext(ctx, "select node_id, node_version, state, coordinator from system.runtime.nodes order by coordinator desc, node_id")
	if err != nil {
		return nil, db.fault(err)
	}
	defer rows.Close()
	var nodes []Node
	for rows.Next() {
		var n Node
		if err := rows.Scan(&n.ID, &n.Version, &n.State, &n.Coordinator); err != nil {
			return nil, db.fault(err)
		}
		nodes = append(nodes, n)
	}
	if err := rows.Err(); err != nil {
		return nil, db.fault(err)
	}
	return nodes, nil
}

// unusable refuses an address or a setting.
func (o Options) unusable(err error) error {
	return &refuse.Error{
		What:  refuse.Text{ZH: "计算引擎的地址不能用", EN: "the address of the engine is of no use"},
		Where: o.URL,
		Do: refuse.Text{
			ZH: "canbao.yaml 的 engine_url 应像 https://主机:端口",
			EN: "engine_url in canbao.yaml is like https://host:port",
		},
		Err: err,
	}
}
