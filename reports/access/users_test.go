package access

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"canbao/etl/refuse"
)

const good = "three blue herons"

// TestMain hashes at the least cost: what is tested is not bcrypt's.
func TestMain(m *testing.M) {
	cost = bcrypt.MinCost
	os.Exit(m.Run())
}

func opened(t *testing.T) *Users {
	t.Helper()
	return openedAt(t, filepath.Join(t.TempDir(), "service", "users.json"))
}

func openedAt(t *testing.T, path string) *Users {
	t.Helper()
	u, err := OpenUsers(path)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused wants a refusal that says these words.
func refused(t *testing.T, err error, words string) {
	t.Helper()
	var no *refuse.Error
	if !errors.As(err, &no) || !strings.Contains(no.In("en"), words) || no.In("zh") == no.In("en") {
		t.Errorf("refused with %v, want %q", err, words)
	}
}

func TestSignIn(t *testing.T) {
	u, ctx := opened(t), context.Background()
	must(t, u.Add(User{Name: "Li", Role: Town, Areas: []string{"330782102", "330782101", "330782102"}}, good))
	who, err := u.SignIn(ctx, " LI ", good)
	if err != nil || who.Name != "li" || who.Role != Town || !slices.Equal(who.Areas, []string{"330782101", "330782102"}) || who.Generation != 1 || time.Since(who.Since) > time.Minute {
		t.Fatalf("signed in as %+v, %v", who, err)
	}
	who.Areas[0] = "changed by the caller"
	if again, _ := u.Find("li"); again.Areas[0] != "330782101" {
		t.Error("a caller changes the users")
	}
	must(t, u.Disable("li"))
	if who, known := u.Find("li"); !known || !who.Disabled || who.Generation != 2 {
		t.Errorf("disabled: %+v", who)
	}
	must(t, u.Disable("li"))
	must(t, u.Enable("li"))
	must(t, u.Passwd("li", good+" at dusk"))
	if who, err := u.SignIn(ctx, "li", good+" at dusk"); err != nil || who.Generation != 4 {
		t.Errorf("after a new password: %+v, %v", who, err)
	}
	must(t, u.Change("LI", Analyst, nil))
	if who, _ := u.Find("li"); who.Role != Analyst || who.Areas != nil || who.Generation != 5 {
		t.Errorf("after a change: %+v", who)
	}
	refused(t, u.Change("li", Town, nil), "needs an area")
	refused(t, u.Change("wu", Leader, nil), `no user "wu"`)
	refused(t, u.Passwd("wu", good), `no user "wu"`)
	refused(t, u.Add(User{Name: "LI", Role: Leader}, good), "a user li already")
	refused(t, u.Check(User{Name: "LI", Role: Leader}), "a user li already")
	if u.Named("LI") != "li" || u.Named("my password") != "?" {
		t.Error("the name of a sign-in that failed is not that of a user")
	}
}

// TestWhoFailsLearnsNothing: whatever is wrong with a sign-in, one password is
// compared, with a hash of the same cost, and one error comes back.
func TestWhoFailsLearnsNothing(t *testing.T) {
	u, ctx := opened(t), context.Background()
	must(t, u.Add(User{Name: "li", Role: Leader}, good))
	must(t, u.Add(User{Name: "wu", Role: Leader}, good))
	must(t, u.Add(User{Name: "long", Role: Leader}, strings.Repeat("heron", 14)+"ab"))
	must(t, u.Disable("wu"))
	var compared [][]byte
	compare = func(hash, password []byte) error {
		compared = append(compared, hash)
		return bcrypt.CompareHashAndPassword(hash, password)
	}
	defer func() { compare = bcrypt.CompareHashAndPassword }()
	for name, c := range map[string]struct{ name, password string }{
		"wrong":         {"li", good + "?"},
		"empty":         {"li", ""},
		"unknown":       {"zhao", good},
		"no name":       {"", good},
		"disabled":      {"wu", good},
		"past 72 bytes": {"long", strings.Repeat("heron", 14) + "abc"},
	} {
		compared = nil
		who, err := u.SignIn(ctx, c.name, c.password)
		if err != ErrSignIn || who.Name != "" || len(compared) != 1 {
			t.Errorf("%s: %+v, %v, %d passwords compared", name, who, err, len(compared))
		}
	}
	if _, err := u.SignIn(ctx, "long", strings.Repeat("heron", 14)+"ab"); err != nil {
		t.Errorf("a password of 72 bytes: %v", err)
	}
	if got, err := bcrypt.Cost([]byte(decoy)); err != nil || got != hashCost {
		t.Errorf("the decoy costs %d, %v, the others %d", got, err, hashCost)
	}
}

// TestSignInsTakeTurns: whoever waits for a turn may give up.
func TestSignInsTakeTurns(t *testing.T) {
	u := opened(t)
	for range cap(turns) {
		turns <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := u.SignIn(ctx, "li", good); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for a turn: %v", err)
	}
	for range cap(turns) {
		<-turns
	}
}

func TestTokens(t *testing.T) {
	u, ctx := opened(t), context.Background()
	must(t, u.Add(User{Name: "li", Role: Analyst}, good))
	must(t, u.Add(User{Name: "wu", Role: Analyst}, good))
	start := time.Date(2020, 12, 1, 9, 0, 0, 0, time.UTC)
	at := start
	now = func() time.Time { return at }
	defer func() { now = func() time.Time { return time.Now().UTC().Truncate(time.Second) } }()
	token, until, err := u.NewToken("li", time.Hour)
	must(t, err)
	if !until.Equal(start.Add(time.Hour)) || u.Tokens("li") != 1 {
		t.Errorf("good until %s", until)
	}
	works := func() bool {
		who, err := u.Token(ctx, token)
		if err != nil && err != ErrSignIn {
			t.Error(err)
		}
		return err == nil && who.Name == "li"
	}
	if !works() {
		t.Fatal("a token is nobody's")
	}
	for _, no := range []string{"", "canbao_", "canbao__", token + "x", token[:len(token)-1], strings.ToUpper(token), strings.Replace(token, "canbao_", "", 1)} {
		if _, err := u.Token(ctx, no); err != ErrSignIn {
			t.Errorf("%q: %v", no, err)
		}
	}
	at = until
	if works() || u.Tokens("li") != 0 {
		t.Error("a token works past its time")
	}
	at = start
	for name, end := range map[string]func() error{
		"revoked":  func() error { _, err := u.RevokeTokens("li"); return err },
		"passwd":   func() error { return u.Passwd("li", good) },
		"changed":  func() error { return u.Change("li", Leader, nil) },
		"disabled": func() error { return errors.Join(u.Disable("li"), u.Enable("li")) },
	} {
		token, _, err = u.NewToken("li", time.Hour)
		must(t, err)
		if !works() {
			t.Fatal("a token is nobody's")
		}
		must(t, end())
		if works() {
			t.Errorf("%s, and the token works", name)
		}
	}
	for range maxTokens {
		_, _, err := u.NewToken("wu", time.Hour)
		must(t, err)
	}
	_, _, err = u.NewToken("wu", time.Hour)
	refused(t, err, "wu has 20 tokens")
	at = start.Add(2 * time.Hour) // those that are over make room
	_, _, err = u.NewToken("wu", time.Hour)
	must(t, err)
	must(t, u.Disable("wu"))
	_, _, err = u.NewToken("wu", time.Hour)
	refused(t, err, "wu is disabled")
	if n, err := u.RevokeTokens("li"); n != 0 || err != nil {
		t.Errorf("%d tokens revoked, %v", n, err)
	}
}

// TestNothingInTheClear: neither password nor token stands in the file, which is
// its owner's alone.
func TestNothingInTheClear(t *testing.T) {
	u := opened(t)
	must(t, u.Add(User{Name: "li", Role: Analyst}, good))
	token, _, err := u.NewToken("li", time.Hour)
	must(t, err)
	text, err := os.ReadFile(u.path)
	must(t, err)
	_, secret, _ := strings.Cut(strings.TrimPrefix(token, tokenPrefix), "_")
	for _, clear := range []string{good, "heron", secret} {
		if strings.Contains(string(text), clear) {
			t.Errorf("%s stands in the file", clear)
		}
	}
	for _, path := range []string{u.path, filepath.Dir(u.path)} {
		info, err := os.Stat(path)
		must(t, err)
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %o", path, info.Mode().Perm())
		}
	}
	if bcryptCost, err := bcrypt.Cost([]byte(fileOf(t, u)[0].Password)); err != nil || bcryptCost != cost {
		t.Errorf("hashed at cost %d, %v", bcryptCost, err)
	}
}

func fileOf(t *testing.T, u *Users) []stored {
	t.Helper()
	text, err := os.ReadFile(u.path)
	must(t, err)
	var f usersFile
	must(t, json.Unmarshal(text, &f))
	return f.Users
}

// TestManyChangeTheUsers: users added through several openings of one file at
// once are all there, and each opening sees what the others have done.
func TestManyChangeTheUsers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "service", "users.json")
	openings := []*Users{openedAt(t, path), openedAt(t, path), openedAt(t, path)}
	var all sync.WaitGroup
	for i, u := range openings {
		for j := range 8 {
			all.Go(func() {
				name := fmt.Sprintf("u%d.%d", i, j)
				if err := u.Add(User{Name: name, Role: Leader}, good); err != nil {
					t.Error(err)
				}
				if _, _, err := u.NewToken(name, time.Hour); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	for _, u := range openings {
		if n := len(u.List()); n != 24 {
			t.Errorf("%d users of 24 are seen", n)
		}
		for _, who := range u.List() {
			if u.Tokens(who.Name) != 1 {
				t.Errorf("%s has lost the token", who.Name)
			}
		}
	}
	must(t, openings[0].Disable("u1.1"))
	if who, _ := openings[2].Find("u1.1"); !who.Disabled {
		t.Error("what one has changed another does not see")
	}
	left, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	if len(left) != 2 { // the file and its lock
		t.Errorf("beside the users lies %v", left)
	}
}

// TestDamagedFile: a file that is none is refused and left as it is, and lets
// nobody in.
func TestDamagedFile(t *testing.T) {
	u := opened(t)
	must(t, u.Add(User{Name: "li", Role: Leader}, good))
	for _, text := range []string{"", "{", `{"version":1,"users":[],"more":1}`, `{"version":2,"users":[]}`} {
		must(t, os.WriteFile(u.path, []byte(text), 0o600))
		_, err := OpenUsers(u.path)
		refused(t, err, "the file of users cannot be read")
		_, err = u.SignIn(context.Background(), "li", good)
		refused(t, err, "the file of users cannot be read")
		refused(t, u.Disable("li"), "the file of users cannot be read")
		if _, known := u.Find("li"); known || len(u.List()) > 0 {
			t.Error("a damaged file knows somebody")
		}
		if now, err := os.ReadFile(u.path); err != nil || string(now) != text {
			t.Errorf("the damaged file is now %q, %v", now, err)
		}
	}
	must(t, os.Remove(u.path))
	if len(u.List()) > 0 {
		t.Error("a file that is gone knows somebody")
	}
}

func TestWhoCanBeAUser(t *testing.T) {
	u := opened(t)
	for _, c := range []struct {
		who  User
		want string
	}{
		{User{Name: "", Role: Leader}, "cannot be the name"},
		{User{Name: "li wu", Role: Leader}, "cannot be the name"},
		{User{Name: "li\n", Role: Leader}, ""},
		{User{Name: "a/b", Role: Leader}, "cannot be the name"},
		{User{Name: "330782199001011234", Role: Leader}, "cannot be the name"},
		{User{Name: "u13912345678", Role: Leader}, "cannot be the name"},
		{User{Name: strings.Repeat("名", 33), Role: Leader}, "cannot be the name"},
		{User{Name: strings.Repeat("名", 32), Role: Leader}, ""},
		{User{Name: "wu", Role: "mayor"}, `"mayor" is no role`},
		{User{Name: "wu"}, `"" is no role`},
		{User{Name: "wu", Role: Town}, "needs an area"},
		{User{Name: "wu", Role: Auditor, Areas: []string{"330782102"}}, "only a town's user has areas"},
	} {
		if err := u.Add(c.who, good); c.want != "" {
			refused(t, err, c.want)
		} else if err != nil {
			t.Errorf("%+v: %v", c.who, err)
		}
	}
}

func TestPasswords(t *testing.T) {
	for password, want := range map[string]string{
		good:                       "",
		"苍鹭在暮色里飞过河湾":               "",
		"short":                    "too short",
		"":                         "too short",
		strings.Repeat("苍鹭飞过河", 5): "too long",
		"abababababab":             "repeats itself",
		"20201130123456":           "all digits",
		"the wang of old":          "the user's name",
		"my Password is long":      `"password"`,
		"xx-QWERTY-yy":             `"qwerty"`,
		"three \xff blue herons":   "no text",
	} {
		err := ValidPassword("wang", password)
		if want == "" && err != nil {
			t.Errorf("%q: %v", password, err)
		}
		if want != "" {
			refused(t, err, want)
		}
	}
}
