package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestPieceInAPage sends pieces of all sizes within pages, packed and plain: a
// reader that checks the sum of what it unpacks finds the same text.
func TestPieceInAPage(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	text := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = "<td>参保率 99.91%"[dice.IntN(18)]
		}
		return b
	}
	for _, size := range []int{0, 1, 1000, 64 << 10, 64<<10 + 1, 300_000} {
		before, middle, after := text(3000), text(size), text(200)
		want := string(before) + string(middle) + string(after)
		p, err := pack(middle)
		if err != nil {
			t.Fatal(err)
		}
		for _, accept := range []string{"", "br, gzip"} {
			r, w := httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder()
			r.Header.Set("Accept-Encoding", accept)
			if err := p.sendAround(w, r, before, after); err != nil {
				t.Fatal(err)
			}
			got := w.Body.Bytes()
			if w.Header().Get("Content-Encoding") == "gzip" {
				z, err := gzip.NewReader(bytes.NewReader(got))
				if err != nil {
					t.Fatal(err)
				}
				z.Multistream(false) // a browser reads one
				if got, err = io.ReadAll(z); err != nil {
					t.Fatalf("%d bytes: %v", size, err)
				}
			} else if accept != "" {
				t.Errorf("%d bytes are not packed", size)
			}
			if string(got) != want {
				t.Errorf("%d bytes, accepted %q: another text of %d bytes", size, accept, len(got))
			}
		}
	}
}
