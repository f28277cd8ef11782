package etl

import (
	"math/rand/v2"
	"testing"
)

// Whatever is added is found again, table after table, and next to nothing else.
func TestKeySetsHoldEveryKey(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 9))
	keys := make([]uint64, 300_000)
	var held keySets
	for i := range keys {
		keys[i] = rnd.Uint64()
		if i == 0 {
			keys[i] = 0 // whose half is that of an empty slot
		}
		held.add(keys[i])
		held.add(keys[i])
	}
	n := 0
	for _, k := range held {
		n += k.n
	}
	if n != len(keys) || len(held) < 3 {
		t.Errorf("%d keys in %d tables, want %d in several", n, len(held), len(keys))
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
