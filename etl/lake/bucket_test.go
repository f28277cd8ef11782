package lake

import (
	"context"
	"crypto/rand"
	"fmt"
	"testing"

	"canbao/sql/duck"
)

// The values are those of Java's String.hashCode, which Hive's first bucketing
// takes for text of ASCII.
func TestBucketsAreHives(t *testing.T) {
	for text, hash := range map[string]int64{
		"":                                     0,
		"a":                                    97,
		"hello":                                99162322,
		"polygenelubricants":                   -2147483648,
		"00000000-0000-0000-0000-000000000000": javaHash("00000000-0000-0000-0000-000000000000"),
		"f47ac10b-58cc-4372-a567-0e02b2c3d479": javaHash("f47ac10b-58cc-4372-a567-0e02b2c3d479"),
	} {
		for _, n := range []int{1, 3, 16, 1024} {
			// The sign bit is cleared, as 2^31 is added to what is below zero.
			want := hash
			if want < 0 {
				want += 1 << 31
			}
			if got := bucketOf([]byte(text), n); int64(got) != want%int64(n) {
				t.Errorf("%q in %d buckets: %d, want %d", text, n, got, want%int64(n))
			}
		}
	}
	// Above ASCII bytes count with their sign: of the euro's e2 82 ac.
	want := int64((-30*31-126)*31-84) + 1<<31
	if got := bucketOf([]byte("€"), 1024); int64(got) != want%1024 {
		t.Errorf("€ in bucket %d, want %d", got, want%1024)
	}
}

// javaHash counts s[0]*31^(n-1) + ... + s[n-1] exactly and wraps once, at the end.
func javaHash(s string) int64 {
	const two32 = 1 << 32
	var sum, power int64 = 0, 1
	for i := len(s) - 1; i >= 0; i-- {
		sum = (sum + int64(s[i])*power) % two32
		power = power * 31 % two32
	}
	if sum >= two32/2 {
		sum -= two32
	}
	return sum
}

// What the database calls the bucket of a key is that of its text.
func TestBucketFunction(t *testing.T) {
	ctx := context.Background()
	db, err := duck.Open(ctx, "", duck.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for range 2 { // a connection may be a second one
		if err := registerBucket(conn, 7); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := conn.QueryContext(ctx, "select cast(u as varchar), lake_bucket_7(u) from (select uuid() as u from range(5000) union all select uuid '00000000-0000-0000-0000-000000000000')")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	seen := map[int]int{}
	for rows.Next() {
		var text string
		var bucket int
		if err := rows.Scan(&text, &bucket); err != nil {
			t.Fatal(err)
		}
		hash := javaHash(text)
		if hash < 0 {
			hash += 1 << 31
		}
		if int64(bucket) != hash%7 {
			t.Fatalf("%s is in bucket %d, want %d", text, bucket, hash%7)
		}
		seen[bucket]++
	}
	if err := rows.Err(); err != nil || len(seen) != 7 {
		t.Errorf("5,001 keys lie in buckets %v (%v)", seen, err)
	}
}

func TestCanonicalKeys(t *testing.T) {
	for range 100 {
		var key [16]byte
		rand.Read(key[:])
		var text [36]byte
		want := fmt.Sprintf("%x-%x-%x-%x-%x", key[0:4], key[4:6], key[6:8], key[8:10], key[10:])
		if got := string(canonical(&text, key[:])); got != want {
			t.Errorf("%x is written %s, want %s", key, got, want)
		}
	}
}
