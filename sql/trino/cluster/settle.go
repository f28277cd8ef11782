package cluster

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
)

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
		"catalog/lake.properties": fmt.Sprintf(`connector.name=hive
hive.metastore=file
hive.metastore.catalog.dir=local:///build
fs.native-local.enabled=true
local.location=%s
hive.non-managed-table-writes-enabled=true
hive.allow-register-partition-procedure=true
hive.storage-format=PARQUET
hive.timestamp-precision=MICROSECONDS
`, c.Lake),
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
