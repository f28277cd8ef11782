package audit

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// lines are the lines of a record, each with its end.
func lines(t *testing.T, dir string) []string {
	t.Helper()
	text, err := os.ReadFile(recordPath(dir))
	if err != nil {
		t.Fatal(err)
	}
	return slices.Collect(strings.Lines(string(text)))
}

func put(t *testing.T, path string, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// found lists what is wrong as "kind seq-until".
func found(r Report) (all []string) {
	for _, f := range r.Findings {
		all = append(all, fmt.Sprintf("%s %d-%d", f.Kind, f.Seq, f.Until))
	}
	return all
}

// wants fails unless exactly this is found, and says what is missing whatever
// entries are added later.
func wants(t *testing.T, dir string, want ...string) {
	t.Helper()
	if got := found(verified(t, dir)); !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

// TestTampering does to a record of nine entries what somebody might, and names
// what must be found. Each is found again after three honest entries more:
// nothing that is added covers it up.
func TestTampering(t *testing.T) {
	remove := func(i ...int) func([]string) []string {
		return func(l []string) []string {
			var kept []string
			for n, line := range l {
				if !slices.Contains(i, n+1) {
					kept = append(kept, line)
				}
			}
			return kept
		}
	}
	edit := func(n int, old, new string) func([]string) []string {
		return func(l []string) []string {
			if !strings.Contains(l[n-1], old) {
				t.Fatalf("%s holds no %s", l[n-1], old)
			}
			l[n-1] = strings.Replace(l[n-1], old, new, 1)
			return l
		}
	}
	for name, c := range map[string]struct {
		do    func([]string) []string
		want  []string
		later []string // after three more entries, where that differs
	}{
		"who":              {edit(5, `"by":"li"`, `"by":"wu"`), []string{"changed 5-5"}, nil},
		"when":             {edit(5, `"at":"2`, `"at":"1`), []string{"changed 5-5"}, nil},
		"role":             {edit(5, `"analyst"`, `"auditor"`), []string{"changed 5-5"}, nil},
		"via":              {edit(5, `"web"`, `"cli"`), []string{"changed 5-5"}, nil},
		"act":              {edit(5, `"query"`, `"export"`), []string{"changed 5-5"}, nil},
		"what":             {edit(5, `select 4`, `select 5`), []string{"changed 5-5"}, nil},
		"snapshot":         {edit(5, `"snapshot":3`, `"snapshot":2`), []string{"changed 5-5"}, nil},
		"rows":             {edit(5, `"rows":4`, `"rows":5`), []string{"changed 5-5"}, nil},
		"outcome":          {edit(5, `"ok"`, `"failed"`), []string{"changed 5-5"}, nil},
		"a field more":     {edit(5, `,"rows"`, `,"note":"x","rows"`), []string{"changed 5-5"}, nil},
		"a field twice":    {edit(5, `,"rows"`, `,"by":"wu","rows"`), []string{"changed 5-5"}, nil},
		"a blank":          {edit(5, `,"rows"`, `, "rows"`), []string{"changed 5-5"}, nil},
		"capitals":         {edit(5, `"rows"`, `"Rows"`), []string{"changed 5-5"}, nil},
		"seq":              {edit(5, `"seq":5`, `"seq":6`), []string{"changed 5-5"}, nil},
		"first":            {edit(1, `select 0`, `select 9`), []string{"changed 1-1"}, nil},
		"last":             {edit(9, `select 8`, `select 9`), []string{"changed 9-9"}, nil},
		"no entry at all":  {func(l []string) []string { l[4] = "nothing\n"; return l }, []string{"changed 5-5"}, nil},
		"the first gone":   {remove(1), []string{"missing 1-1"}, nil},
		"one gone":         {remove(5), []string{"missing 5-5"}, nil},
		"several gone":     {remove(2, 3, 4, 7), []string{"missing 2-4", "missing 7-7"}, nil},
		"the last gone":    {remove(9), []string{"cut_off 9-9"}, []string{"missing 9-9"}},
		"the end gone":     {remove(6, 7, 8, 9), []string{"cut_off 6-9"}, []string{"missing 6-9"}},
		"all gone":         {remove(1, 2, 3, 4, 5, 6, 7, 8, 9), []string{"cut_off 1-9"}, []string{"missing 1-9"}},
		"the last by half": {func(l []string) []string { l[8] = l[8][:100]; return l }, []string{"cut_off 9-9"}, []string{"changed 9-9"}},
		"cut within":       {func(l []string) []string { l[5] = l[5][:100]; return l[:6] }, []string{"cut_off 6-9"}, []string{"changed 6-6", "missing 7-9"}},
		"two swapped":      {func(l []string) []string { l[3], l[4] = l[4], l[3]; return l }, []string{"reordered 4-4"}, nil},
		"far swapped":      {func(l []string) []string { l[2], l[6] = l[6], l[2]; return l }, []string{"reordered 4-4", "reordered 5-5", "reordered 6-6", "reordered 3-3"}, nil},
		"one twice":        {func(l []string) []string { return slices.Insert(l, 6, l[2]) }, []string{"repeated 3-3"}, nil},
		"the last twice":   {func(l []string) []string { return append(l, l[8]) }, []string{"repeated 9-9"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := written(t, 9)
			put(t, recordPath(dir), strings.Join(c.do(lines(t, dir)), ""))
			wants(t, dir, c.want...)
			add(t, dir, 3)
			want := c.want
			if c.later != nil {
				want = c.later
			}
			wants(t, dir, want...)
		})
	}
}

// TestEveryByteCounts changes every byte of a record in turn.
func TestEveryByteCounts(t *testing.T) {
	dir := written(t, 3)
	whole := []byte(strings.Join(lines(t, dir), ""))
	for i := range whole {
		changed := bytes.Clone(whole)
		changed[i] ^= 1
		put(t, recordPath(dir), string(changed))
		if r := verified(t, dir); r.Whole() {
			t.Fatalf("byte %d, %q for %q, is not found", i, changed[i], whole[i])
		}
	}
}

// TestMadeAnew: an entry that was changed and given a hash of its own is told by
// the next one; a chain made anew from there on by its head, noted elsewhere or
// in the file beside.
func TestMadeAnew(t *testing.T) {
	dir := written(t, 9)
	noted := verified(t, dir).Head.Hash
	all := lines(t, dir)
	again := func(from, to int) string {
		text := strings.Join(all[:from-1], "")
		prev := ""
		for n := from; n <= to; n++ {
			e, _, err := parse([]byte(strings.TrimSuffix(all[n-1], "\n")))
			if err != nil {
				t.Fatal(err)
			}
			if e.Rows++; prev != "" {
				e.Prev = prev
			}
			line, err := e.line()
			if err != nil {
				t.Fatal(err)
			}
			prev = e.Hash
			text += string(line)
		}
		return text + strings.Join(all[to:], "")
	}
	put(t, recordPath(dir), again(5, 5))
	wants(t, dir, "changed 5-5")
	put(t, recordPath(dir), again(5, 9))
	wants(t, dir, "no_head 9-9")
	add(t, dir, 1)
	wants(t, dir, "changed 9-9")

	// With the head made anew as well, only a head noted elsewhere tells.
	put(t, recordPath(dir), again(5, 9))
	r := verified(t, dir)
	h := Head{Seq: 9, Hash: r.Head.Hash, bytes: int64(len(again(5, 9)))}
	put(t, headPath(dir), string(h.text()))
	if r := verified(t, dir); !r.Whole() {
		t.Errorf("all made anew: %q", found(r))
	}
	if r := verified(t, dir, noted); !slices.Equal(found(r), []string{"not_there 0-0"}) || r.Findings[0].Hash != noted {
		t.Errorf("a head noted before: %q", found(r))
	}
	if r := verified(t, dir, r.Head.Hash, none); !r.Whole() {
		t.Errorf("the head of now: %q", found(r))
	}
}

func TestHead(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(t *testing.T, dir string)
		want []string
	}{
		"gone":    {func(t *testing.T, dir string) { os.Remove(headPath(dir)) }, []string{"no_head 0-0"}},
		"empty":   {func(t *testing.T, dir string) { put(t, headPath(dir), "") }, []string{"no_head 0-0"}},
		"no head": {func(t *testing.T, dir string) { put(t, headPath(dir), "12 abc 7\n") }, []string{"no_head 0-0"}},
		"ahead": {func(t *testing.T, dir string) {
			put(t, headPath(dir), string(Head{Seq: 12, Hash: none, bytes: 99999}.text()))
		}, []string{"cut_off 6-12"}},
		"another": {func(t *testing.T, dir string) {
			put(t, headPath(dir), string(Head{Seq: 5, Hash: none, bytes: 1}.text()))
		}, []string{"no_head 5-5"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := written(t, 5)
			c.do(t, dir)
			wants(t, dir, c.want...)
		})
	}
	// One that was lost is made again, and that is on record.
	dir := written(t, 5)
	os.Remove(headPath(dir))
	add(t, dir, 1)
	if r := verified(t, dir); !r.Whole() || r.Healed != 1 || r.Head.Seq != 7 {
		t.Errorf("a head made again: %+v", r)
	}
}

func TestNothingOnRecord(t *testing.T) {
	if r := verified(t, t.TempDir()); !r.Whole() || r.Entries != 0 {
		t.Errorf("an empty folder: %+v", r)
	}
	dir := t.TempDir()
	if _, err := Open(dir); err != nil {
		t.Fatal(err)
	}
	if r := verified(t, dir); !r.Whole() || r.Entries != 0 {
		t.Errorf("a record begun: %+v", r)
	}
	for range Read(dir, Filter{}) {
		t.Error("a record begun has an entry")
	}
}

func TestFilter(t *testing.T) {
	dir := t.TempDir()
	l, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2020, 12, 1, 0, 0, 0, 0, time.UTC)
	for i, e := range []Entry{
		{By: "li", Role: "analyst", Via: "web", Act: Query, Outcome: OK},
		{By: "wang (root)", Via: "cli", Act: Load, Outcome: Failed},
		{By: "wang", Role: "town", Via: "wire", Act: Query, Outcome: Refused},
	} {
		e.At = day.AddDate(0, 0, i)
		if _, err := l.Append(context.Background(), e); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		f    Filter
		want []int64
	}{
		{Filter{}, []int64{1, 2, 3}},
		{Filter{Newest: true}, []int64{3, 2, 1}},
		{Filter{By: "WANG"}, []int64{2, 3}},
		{Filter{By: "root"}, nil},
		{Filter{Act: Query}, []int64{1, 3}},
		{Filter{Via: "wire"}, []int64{3}},
		{Filter{Role: "town"}, []int64{3}},
		{Filter{Outcome: Failed}, []int64{2}},
		{Filter{Since: day.AddDate(0, 0, 1)}, []int64{2, 3}},
		{Filter{Until: day.AddDate(0, 0, 1)}, []int64{1}},
	} {
		var got []int64
		for e, err := range Read(dir, c.f) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, e.Seq)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v takes %v, want %v", c.f, got, c.want)
		}
	}
}

// TestLongRecordBackward: entries longer than a block of the reading backward.
func TestLongRecordBackward(t *testing.T) {
	dir := t.TempDir()
	l, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []Entry
	for i := range 200 {
		all = append(all, Entry{Act: Query, What: strings.Repeat("字", i*97%6000), Rows: int64(i)})
	}
	if err := l.AppendAll(context.Background(), all); err != nil {
		t.Fatal(err)
	}
	n := int64(200)
	for e, err := range Read(dir, Filter{Newest: true}) {
		if n--; err != nil || e.Rows != n || e.Seq != n+1 {
			t.Fatalf("entry %d, %v, want %d", e.Seq, err, n+1)
		}
	}
	if n != 0 {
		t.Errorf("%d entries are not read", n)
	}
}

// TestKept: what is kept of a text that is too long, is no text, or holds
// somebody's number.
func TestKept(t *testing.T) {
	dir := t.TempDir()
	l, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("查", maxWhat)
	e, err := l.Append(context.Background(), Entry{Act: Query, By: "13912345678", What: "id = 330782199001011234 \xff " + long})
	if err != nil {
		t.Fatal(err)
	}
	if e.By != "***********" || !strings.HasPrefix(e.What, "id = ****************** \uFFFD 查") || len(e.What) > maxWhat+200 ||
		!strings.Contains(e.What, "(cut, SHA-256 of the whole ") {
		t.Errorf("kept by %s: %.60s ... %s", e.By, e.What, e.What[len(e.What)-120:])
	}
	for back, err := range Read(dir, Filter{}) {
		if err != nil || back != e {
			t.Errorf("read back %.100v, %v", back, err)
		}
	}
	if r := verified(t, dir); !r.Whole() {
		t.Errorf("%+v", r)
	}
}

// FuzzParse: what is read as an entry is what this program writes of it, and
// genuine only with its own hash.
func FuzzParse(f *testing.F) {
	e := Entry{Seq: 1, At: time.Unix(1, 0).UTC(), By: "li", Via: "web", Act: Query, What: "<a> & \u2028", Outcome: OK, Prev: none}
	line, err := e.line()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(bytes.TrimSuffix(line, []byte("\n")))
	f.Add([]byte(`{"seq":1}`))
	f.Add([]byte(``))
	f.Fuzz(func(t *testing.T, text []byte) {
		e, genuine, err := parse(text)
		if err != nil {
			return
		}
		again, err := encode(e)
		if err != nil || !bytes.Equal(again, text) {
			t.Errorf("%q is read as %q", text, again)
		}
		line, err := e.line()
		if same := bytes.Equal(line, append(bytes.Clone(text), '\n')); err != nil || same != genuine {
			t.Errorf("%q: genuine %v, written the same %v, %v", text, genuine, same, err)
		}
	})
}

// TestAnyTampering changes, takes out, puts in and moves bytes anywhere in a
// record, in ways nobody has thought of: it is found, and found again after two
// honest entries more, which are whole themselves.
func TestAnyTampering(t *testing.T) {
	dir := written(t, 7)
	whole := strings.Join(lines(t, dir), "")
	head, err := os.ReadFile(headPath(dir))
	if err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(5, 11))
	for range 400 {
		at, n := dice.IntN(len(whole)), 1+dice.IntN(400)
		end := min(at+n, len(whole))
		to := dice.IntN(len(whole))
		var text string
		switch dice.IntN(4) {
		case 0:
			text = whole[:at] + whole[end:]
		case 1:
			text = whole[:to] + whole[at:end] + whole[to:]
		case 2:
			text = whole[:at] + strings.Repeat("\n", end-at) + whole[end:]
		default:
			rest := whole[:at] + whole[end:]
			to = min(to, len(rest))
			text = rest[:to] + whole[at:end] + rest[to:]
		}
		if text == whole {
			continue
		}
		put(t, recordPath(dir), text)
		put(t, headPath(dir), string(head))
		if verified(t, dir).Whole() {
			t.Fatalf("not found in %q", text)
		}
		add(t, dir, 2)
		if verified(t, dir).Whole() {
			t.Fatalf("covered up by two entries more: %q", text)
		}
		var last []int64
		for text, err := range backward(recordPath(dir), int64(len(strings.Join(lines(t, dir), "")))) {
			e, genuine, failed := parse(text)
			if err != nil || failed != nil || !genuine {
				t.Fatalf("an honest entry is %q, %v, %v", text, err, failed)
			}
			if last = append(last, e.Seq); len(last) == 2 {
				break
			}
		}
		if last[0] != last[1]+1 {
			t.Fatalf("the honest entries are %v", last)
		}
	}
}
