package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"canbao/etl/refuse"
)

// A token is 32 random bytes, so a plain hash of it is enough: nobody guesses
// it, and who reads the file cannot use it.
type token struct {
	ID    string    `json:"id"`
	Hash  string    `json:"hash"` // SHA-256, hex
	Made  time.Time `json:"made"`
	Until time.Time `json:"until"`
}

const tokenPrefix = "canbao_" // lets a scanner for lost secrets find it

// maxTokens is how many tokens a user has at once at most.
const maxTokens = 20

// NewToken makes a token for a user, good for valid from now. It is shown once:
// only its hash is kept.
func (u *Users) NewToken(name string, valid time.Duration) (text string, until time.Time, err error) {
	if valid <= 0 {
		return "", until, fmt.Errorf("make a token: valid for %s", valid)
	}
	secret := make([]byte, 32)
	id := make([]byte, 6)
	rand.Read(secret)
	rand.Read(id)
	t := token{ID: hex.EncodeToString(id), Made: now()}
	t.Until = t.Made.Add(valid)
	body := base64.RawURLEncoding.EncodeToString(secret)
	t.Hash = hashToken(body)
	err = u.change(name, func(s *stored) error {
		if s.Disabled {
			return disabled(s.Name)
		}
		kept := s.Tokens[:0]
		for _, old := range s.Tokens {
			if old.Until.After(t.Made) {
				kept = append(kept, old)
			}
		}
		if len(kept) >= maxTokens {
			return &refuse.Error{
				What: refuse.Text{ZH: fmt.Sprintf("%s 已有 %d 个令牌", s.Name, len(kept)), EN: fmt.Sprintf("%s has %d tokens", s.Name, len(kept))},
				Do:   refuse.Text{ZH: "先撤销旧的", EN: "revoke the old ones first"},
			}
		}
		s.Tokens = append(kept, t)
		return nil
	})
	if err != nil {
		return "", time.Time{}, err
	}
	return tokenPrefix + t.ID + "_" + body, t.Until, nil
}

func hashToken(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

// RevokeTokens ends all tokens of a user and returns how many there were.
func (u *Users) RevokeTokens(name string) (int, error) {
	n := 0
	err := u.change(name, func(s *stored) error {
		n, s.Tokens = len(s.Tokens), nil
		return nil
	})
	return n, err
}

// Token tells whose token it is. The error is ErrSignIn where it is nobody's,
// is over, or its user is disabled.
func (u *Users) Token(_ context.Context, text string) (User, error) {
	rest, ours := strings.CutPrefix(text, tokenPrefix)
	id, body, whole := strings.Cut(rest, "_")
	if !ours || !whole {
		return User{}, ErrSignIn
	}
	all, err := u.all()
	if err != nil {
		return User{}, err
	}
	hash := hashToken(body)
	for _, s := range all {
		for _, t := range s.Tokens {
			same := subtle.ConstantTimeCompare([]byte(hash), []byte(t.Hash)) == 1
			if t.ID == id && same && now().Before(t.Until) && !s.Disabled {
				return s.user(), nil
			}
		}
	}
	return User{}, ErrSignIn
}

// Tokens counts the tokens of a user that are good now.
func (u *Users) Tokens(name string) int {
	s, _, err := u.find(name)
	n := 0
	for _, t := range s.Tokens {
		if err == nil && now().Before(t.Until) && !s.Disabled {
			n++
		}
	}
	return n
}
