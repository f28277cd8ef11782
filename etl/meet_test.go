package etl

import (
	"math/rand/v2"
	"testing"
)

// Whatever is added is found again, and next to nothing else.
func TestKeySetHoldsEveryKey(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 9))
	keys := make([]uint64, 5_000_000) // so many that every part grows
	var held keySet
	for i := range keys {
		if i > 0 { // 0 is a key like any other
			keys[i] = rnd.Uint64()
		}
		if held.has(keys[i]) {
			t.Errorf("key %x was never added", keys[i])
		}
		held.add(keys[i])
		held.add(keys[i])
	}
	n := 0
	for _, in := range held.in {
		n += int(in)
	}
	if n != len(keys) {
		t.Errorf("%d keys, want %d", n, len(keys))
	}
	for _, key := range keys {
		if !held.has(key) {
			t.Fatalf("key %x is lost", key)
		}
	}
	for range 300_000 {
		if key := rnd.Uint64(); held.has(key) {
			t.Errorf("key %x was never added", key)
		}
	}
}
