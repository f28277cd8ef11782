package cluster

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Options say what cluster to start.
type Options struct {
	Home    string // the unpacked server
	Java    string // home of a JDK that it runs on, 24 or later
	Dir     string // where the nodes keep settings and logs
	Lake    string // folder of the lake, or s3://bucket/prefix
	Workers int
	Memory  string // of each node's heap, "" for 1200M

	// Endpoint is the address of the object store of a lake in a bucket, Key and
	// Secret who may use it.
	Endpoint, Key, Secret string

	// Password makes the coordinator ask for it, and for TLS, under a
	// certificate of its own making; the user is canbao. "" for neither.
	Password string
}

// User is who may ask a cluster with a password.
const User = "canbao"

// Cluster is a coordinator and its workers.
type Cluster struct {
	Options
	nodes  []*node // the coordinator first
	url    string
	inner  string // the coordinator's address among the nodes
	client *http.Client
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
	c := &Cluster{Options: o, client: http.DefaultClient}
	for i := range o.Workers + 1 {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("worker%d", i)
		if i == 0 {
			name = "coordinator"
			c.url = fmt.Sprintf("http://127.0.0.1:%d", port)
			c.inner = c.url
		}
		c.nodes = append(c.nodes, &node{name: name, dir: filepath.Join(o.Dir, name), port: port})
	}
	if o.Password != "" {
		if err := c.lock(); err != nil {
			return nil, err
		}
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

// properties are those of node.properties: all listens on this machine alone.
func (n *node) properties() []string {
	return []string{
		"node.environment=canbao", "node.id=" + n.name, "node.data-dir=" + filepath.Join(n.dir, "data"),
		"node.bind-ip=127.0.0.1", "node.internal-address=127.0.0.1", "node.external-address=127.0.0.1",
	}
}

// jvm are the arguments of jvm.config.
func (c *Cluster) jvm() []string {
	return []string{
		"-server", "-Xmx" + c.Memory, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=256M",
		"-Djdk.attach.allowAttachSelf=true", "-XX:+UnlockDiagnosticVMOptions", "-Dfile.encoding=UTF-8", "--add-modules=jdk.incubator.vector",
	}
}

// run starts the process of a node. It ends with the process that started it.
func (c *Cluster) run(n *node) error {
	log, err := os.OpenFile(filepath.Join(n.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("start %s: %w", n.name, err)
	}
	defer log.Close()
	etc := filepath.Join(n.dir, "etc")
	arguments := c.jvm()
	// The launcher of the archive would come between the process and its end;
	// what it does is to make properties of the files.
	for _, property := range n.properties() {
		arguments = append(arguments, "-D"+property)
	}
	arguments = append(arguments,
		"-Dlog.levels-file="+filepath.Join(etc, "log.properties"), "-Dconfig="+filepath.Join(etc, "config.properties"),
		"-Dcatalog.config-dir="+filepath.Join(etc, "catalog"), "-cp", filepath.Join(c.Home, "lib", "*"), "io.trino.server.TrinoServer")
	n.command = exec.Command(filepath.Join(c.Java, "bin", "java"), arguments...)
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
			if n.command == nil {
				continue
			}
			select {
			case <-n.ended:
				return fmt.Errorf("start %s: it ended: %s", n.name, n.tail())
			default:
			}
		}
		if c.active(ctx) == workers+1 {
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

// drain reads an answer to its end, so that the connection can be used again.
func drain(r *http.Response) {
	_, _ = io.Copy(io.Discard, r.Body)
	r.Body.Close()
}
