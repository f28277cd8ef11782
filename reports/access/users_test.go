package access

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

const good = "three blue herons"

func opened(t *testing.T) *Users {
	t.Helper()
	u, err := OpenUsers(filepath.Join(t.TempDir(), "service", "users.json"))
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

func TestSignIn(t *testing.T) {
	u, ctx := opened(t), context.Background()
	must(t, u.Add(User{Name: "Li", Role: Town, Areas: []string{"330782001000"}}, good))
	who, err := u.SignIn(ctx, "LI", good)
	if err != nil || who.Name != "li" || who.Role != Town || who.Areas[0] != "330782001000" || who.Generation != 1 {
		t.Fatalf("signed in as %+v, %v", who, err)
	}
	if _, err := u.SignIn(ctx, "li", good+"x"); !errors.Is(err, ErrSignIn) {
		t.Errorf("a wrong password: %v", err)
	}
	token, _, err := u.NewToken("li", time.Hour)
	must(t, err)
	if who, err := u.Token(ctx, token); err != nil || who.Name != "li" {
		t.Errorf("a token is that of %+v, %v", who, err)
	}
	must(t, u.Disable("li"))
	if _, err := u.SignIn(ctx, "li", good); !errors.Is(err, ErrSignIn) {
		t.Errorf("a disabled user: %v", err)
	}
	if _, err := u.Token(ctx, token); !errors.Is(err, ErrSignIn) {
		t.Errorf("the token of a disabled user: %v", err)
	}
}
