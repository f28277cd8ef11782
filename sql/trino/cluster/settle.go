package cluster

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
)

// place is where the catalog finds the lake.
func (c *Cluster) place() string {
	if !strings.HasPrefix(c.Lake, "s3://") {
		return "hive.metastore.catalog.dir=local:///build\nfs.native-local.enabled=true\nlocal.location=" + c.Lake + "\n"
	}
	return fmt.Sprintf(`hive.metastore.catalog.dir=%s/build
fs.native-s3.enabled=true
s3.endpoint=%s
s3.region=cn-north-1
s3.path-style-access=true
s3.aws-access-key=%s
s3.aws-secret-key=%s
`, c.Lake, c.Endpoint, c.Key, c.Secret)
}

// settle writes the settings of a node. One machine runs them all, so each is
// given few threads and little memory, and compiles quickly and not well.
func (c *Cluster) settle(n *node) error {
	coordinator := n == c.nodes[0]
	config := fmt.Sprintf(`coordinator=%t
http-server.http.port=%d
discovery.uri=%s
catalog.management=static
plugin.dir=%s
query.max-memory=2GB
query.max-memory-per-node=700MB
memory.heap-headroom-per-node=250MB
task.concurrency=2
task.max-worker-threads=4
`, coordinator, n.port, c.inner, filepath.Join(c.Home, "plugin"))
	if coordinator {
		config += "node-scheduler.include-coordinator=false\n"
	}
	files := map[string]string{
		"node.properties": strings.Join(n.properties(), "\n") + "\n",
		"jvm.config":      strings.Join(c.jvm(), "\n") + "\n",
		"log.properties":  "io.trino=INFO\n",
		"catalog/lake.properties": c.place() + `connector.name=hive
hive.metastore=file
hive.non-managed-table-writes-enabled=true
hive.allow-register-partition-procedure=true
hive.storage-format=PARQUET
hive.timestamp-precision=MICROSECONDS
`,
	}
	if c.Password != "" {
		locked, more, err := c.locked(coordinator)
		if err != nil {
			return fmt.Errorf("settle %s: %w", n.name, err)
		}
		config += locked
		maps.Copy(files, more)
	}
	files["config.properties"] = config
	for name, text := range files {
		path := filepath.Join(n.dir, "etc", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("settle %s: %w", n.name, err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return fmt.Errorf("settle %s: %w", n.name, err)
		}
	}
	return nil
}
