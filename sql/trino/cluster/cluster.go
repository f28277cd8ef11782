package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Options say what cluster to start.
type Options struct {
	Home    string // the unpacked server
	Java    string // home of a JDK that it runs on, 24 or later
	Dir     string // where the nodes keep settings and logs
	Lake    string // folder of the lake
	Workers int
	Memory  string // of each node's heap, "" for 1200M
}

// Cluster is a coordinator and its workers.
type Cluster struct {
	Options
	nodes []*node // the coordinator first
	url   string
}

type node struct {
	name, dir string
	port      int
	command   *exec.Cmd
	ended     chan struct{}
}

// startWithin is how long the nodes may take to find each other: half a minute
// on a machine with nothing else to do.
const startWithin = 10 * time.Minute

// Start starts a cluster and waits until all its nodes are at work.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	if o.Memory == "" {
		o.Memory = "1200M"
	}
	c := &Cluster{Options: o}
	for i := range o.Workers + 1 {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("worker%d", i)
		if i == 0 {
			name = "coordinator"
			c.url = fmt.Sprintf("http://127.0.0.1:%d", port)
		}
		c.nodes = append(c.nodes, &node{name: name, dir: filepath.Join(o.Dir, name), port: port})
	}
	for _, n := range c.nodes {
		err := c.settle(n)
		if err == nil {
			err = c.run(n)
		}
		if err != nil {
			c.Stop()
			return nil, err
		}
	}
	if err := c.Ready(ctx, o.Workers); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

// URL is the address of the coordinator.
func (c *Cluster) URL() string { return c.url }

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
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
`, coordinator, n.port, c.url, filepath.Join(c.Home, "plugin"))
	if coordinator {
		config += "node-scheduler.include-coordinator=false\n"
	}
	files := map[string]string{
		"config.properties": config,
		"node.properties": fmt.Sprintf("node.environment=canbao\nnode.id=%s\nnode.data-dir=%s\nnode.internal-address=127.0.0.1\nnode.bind-ip=127.0.0.1\n",
			n.name, filepath.Join(n.dir, "data")),
		"jvm.config": strings.Join([]string{"-server", "-Xmx" + c.Memory, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
			"-XX:ReservedCodeCacheSize=256M", "-Djdk.attach.allowAttachSelf=true", "-XX:+UnlockDiagnosticVMOptions",
			"-Dfile.encoding=UTF-8", "--add-modules=jdk.incubator.vector", ""}, "\n"),
		"log.properties": "io.trino=INFO\n",
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
	for name, text := range files {
		path := filepath.Join(n.dir, "etc", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("settle %s: %w", n.name, err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return fmt.Errorf("settle %s: %w", n.name, err)
		}
	}
	return nil
}

// run starts the process of a node. It ends with the process that started it.
func (c *Cluster) run(n *node) error {
	log, err := os.OpenFile(filepath.Join(n.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("start %s: %w", n.name, err)
	}
	defer log.Close()
	arguments, err := os.ReadFile(filepath.Join(n.dir, "etc", "jvm.config"))
	if err != nil {
		return fmt.Errorf("start %s: %w", n.name, err)
	}
	etc := filepath.Join(n.dir, "etc")
	// The launcher of the archive would come between the process and its end.
	args := append(strings.Fields(string(arguments)),
		"-cp", filepath.Join(c.Home, "lib", "*"),
		"-Dnode.data-dir="+filepath.Join(n.dir, "data"), "-Dnode.id="+n.name, "-Dnode.environment=canbao",
		"-Dlog.levels-file="+filepath.Join(etc, "log.properties"), "-Dconfig="+filepath.Join(etc, "config.properties"),
		"-Dcatalog.config-dir="+filepath.Join(etc, "catalog"), "io.trino.server.TrinoServer")
	n.command = exec.Command(filepath.Join(c.Java, "bin", "java"), args...)
	n.command.Dir, n.command.Stdout, n.command.Stderr = n.dir, log, log
	n.command.SysProcAttr = bound()
	if err := n.command.Start(); err != nil {
		return fmt.Errorf("start %s: %w", n.name, err)
	}
	n.ended = make(chan struct{})
	go func(command *exec.Cmd, ended chan struct{}) {
		_ = command.Wait()
		close(ended)
	}(n.command, n.ended)
	return nil
}

// Ready waits until the coordinator and so many workers are at work.
func (c *Cluster) Ready(ctx context.Context, workers int) error {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	for {
		for _, n := range c.nodes {
			select {
			case <-n.ended:
				if n.command != nil {
					return fmt.Errorf("start %s: it ended: %s", n.name, n.tail())
				}
			default:
			}
		}
		if active(ctx, c.url) == workers+1 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("start the cluster: %w: %s", ctx.Err(), c.nodes[0].tail())
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// tail is the end of a node's log.
func (n *node) tail() string {
	text, err := os.ReadFile(filepath.Join(n.dir, "log"))
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-3000):])
}

// Kill kills a worker, the first being 0, as a machine that loses power.
func (c *Cluster) Kill(worker int) { c.nodes[worker+1].kill() }

// KillCoordinator kills the coordinator.
func (c *Cluster) KillCoordinator() { c.nodes[0].kill() }

// Revive starts the nodes that were killed and waits until all are at work.
func (c *Cluster) Revive(ctx context.Context) error {
	for _, n := range c.nodes {
		if n.command == nil {
			if err := c.run(n); err != nil {
				return err
			}
		}
	}
	return c.Ready(ctx, c.Workers)
}

func (n *node) kill() {
	if n.command != nil {
		_ = n.command.Process.Kill()
		<-n.ended
		n.command = nil
	}
}

// Stop ends all nodes.
func (c *Cluster) Stop() {
	for _, n := range c.nodes {
		n.kill()
	}
}

// JDK finds the home of a JDK the server runs on: that of CANBAO_JAVA_HOME or
// JAVA_HOME, or the newest of those installed.
func JDK() (string, error) {
	homes := []string{os.Getenv("CANBAO_JAVA_HOME"), os.Getenv("JAVA_HOME")}
	installed, _ := filepath.Glob("/usr/lib/jvm/*")
	for _, home := range append(homes, installed...) {
		if home != "" && atLeast(home, 24) {
			return home, nil
		}
	}
	return "", errors.New("find a JDK: none of version 24 or later; name its home in CANBAO_JAVA_HOME")
}

// atLeast reads the version from the file release that every JDK has.
func atLeast(home string, version int) bool {
	text, err := os.ReadFile(filepath.Join(home, "release"))
	if err != nil {
		return false
	}
	_, rest, ok := strings.Cut(string(text), `JAVA_VERSION="`)
	var number int
	_, err = fmt.Sscanf(rest, "%d", &number)
	return ok && err == nil && number >= version
}

// drain reads an answer to its end, so that the connection can be used again.
func drain(r *http.Response) {
	_, _ = io.Copy(io.Discard, r.Body)
	r.Body.Close()
}
