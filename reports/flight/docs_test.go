//go:build duckdb_arrow

package flight

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"google.golang.org/grpc/codes"
)

var executed = regexp.MustCompile(`cursor\.execute\("([^"]*)", \["([^"]*)"\]\)`)

// TestWirePageIsTrue: the page in both languages has the limits the server has,
// the codes it answers with, and a query that runs.
func TestWirePageIsTrue(t *testing.T) {
	s := serve(t, city(t), nil)
	c, ctx := s.as("zhang")
	for _, page := range []string{"wire.md", "wire.zh-CN.md"} {
		raw, err := os.ReadFile(filepath.Join("..", "..", "docs", page))
		if err != nil {
			t.Fatal(err)
		}
		text := string(raw)
		wanted := []string{SnapshotKey, fmt.Sprintf("%d MB", maxMessage>>20), fmt.Sprintf("%d MB", largest>>20)}
		for _, n := range []int{maxStreams, maxConnections, maxPrepared, maxTickets} {
			wanted = append(wanted, fmt.Sprintf(" %d ", n))
		}
		for _, code := range []codes.Code{codes.Unauthenticated, codes.PermissionDenied, codes.InvalidArgument, codes.ResourceExhausted,
			codes.NotFound, codes.DeadlineExceeded, codes.Unimplemented, codes.Internal} {
			wanted = append(wanted, screaming(code.String()))
		}
		for _, w := range wanted {
			if !strings.Contains(text, w) {
				t.Errorf("%s does not say %q", page, w)
			}
		}
		found := executed.FindStringSubmatch(text)
		if found == nil {
			t.Fatalf("%s asks nothing", page)
		}
		p := prepare(t, ctx, c, found[1], `[{"x":"`+found[2]+`"}]`, arrow.Field{Name: "x", Type: arrow.BinaryTypes.String})
		info, err := p.Execute(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if lines, _, err := read(ctx, c, info); err != nil || len(lines) == 0 {
			t.Errorf("%s: %v, %v", page, lines, err)
		}
	}
}

// screaming is a code as it is written elsewhere: NotFound, NOT_FOUND.
func screaming(code string) string {
	return strings.ToUpper(regexp.MustCompile("([a-z])([A-Z])").ReplaceAllString(code, "${1}_$2"))
}
