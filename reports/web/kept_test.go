package web

import (
	"context"
	"testing"
	"time"
)

func TestKeptIsBounded(t *testing.T) {
	k := newKept(10_000)
	at := func(n, day int) leaf {
		return leaf{snapshot: n, day: time.Unix(int64(day)*86400, 0).Format(time.DateOnly)}
	}
	for day := range 50 {
		k.put(at(1, day), &sheet{&piece{packed: make([]byte, 1000)}, "city"})
		if k.get(at(1, 0)) == nil {
			t.Fatal("what is asked for all the time is gone")
		}
	}
	if k.bytes > k.most || k.order.Len() != len(k.at) || len(k.at) < 5 {
		t.Errorf("%d bytes in %d leaves", k.bytes, len(k.at))
	}
	k.put(at(2, 0), &sheet{&piece{packed: make([]byte, 100)}, "city"})
	k.forget(2)
	k.put(at(1, 3), &sheet{&piece{packed: make([]byte, 100)}, "city"}) // composed while it went
	if len(k.at) != 1 || k.get(at(2, 0)) == nil || k.bytes != k.get(at(2, 0)).size() {
		t.Errorf("of the former snapshot are left: %v", k.at)
	}
}

// TestComposedAhead waits until the latest days are composed without anybody
// asking.
func TestComposedAhead(t *testing.T) {
	s := opened(t, func(o *Options) { o.Lazy = false })
	lease, err := s.Desk.Lease(t.Context(), whole)
	if err != nil {
		t.Fatal(err)
	}
	defer lease.Release()
	outline, err := s.press.outline(t.Context(), lease, "")
	if err != nil {
		t.Fatal(err)
	}
	days := daysBack(outline.Campaign)
	if len(days) < 45 || days[0] != outline.Campaign.Latest.Format(time.DateOnly) {
		t.Fatalf("days: %v", days)
	}
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	for _, day := range days[:6] {
		for s.press.kept.get(leaf{snapshot: 1, lang: "zh", campaign: outline.Campaign.ID, day: day, name: areaSheet(s.city.town)}) == nil {
			if !sleep(ctx, 20*time.Millisecond) {
				t.Fatalf("%s is not composed", day)
			}
		}
	}
}
