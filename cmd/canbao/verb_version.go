package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"canbao/etl/refuse"
	"canbao/sql/duck"
)

// version is what `canbao version` and every snapshot name; a release sets it
// with -ldflags "-X main.version=1.0.0".
var version = "dev"

// programVersion is the version with the revision it was built from, where
// the build knows it.
func programVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return version + " (" + s.Value[:12] + ")"
		}
	}
	return version
}

func (a *app) versionVerb() *cobra.Command {
	cmd := a.verb("version", refuse.Text{ZH: "程序、Go 与 DuckDB 的版本", EN: "versions of the program, Go and DuckDB"},
		func(cmd *cobra.Command, _ []string) error { return a.version(cmd.Context()) })
	cmd.Args = none()
	return cmd
}

func (a *app) version(ctx context.Context) error {
	db, err := duck.Open(ctx, "", duck.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	engine, err := db.Version(ctx)
	if err != nil {
		return fmt.Errorf("ask DuckDB for its version: %w", err)
	}
	arrow := a.text("有", "built in")
	if !duck.Arrow {
		arrow = a.text("无，不能装载数据；请用 go build -tags duckdb_arrow 重新编译",
			"missing, cannot load data; build again with go build -tags duckdb_arrow")
	}
	_, err = fmt.Fprintf(a.out, "canbao %s\nGo %s %s/%s\nDuckDB %s\nArrow %s\n",
		programVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH, engine, arrow)
	return err
}
