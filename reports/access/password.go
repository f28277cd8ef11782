package access

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/bcrypt"

	"canbao/etl/refuse"
)

const (
	minPassword = 10 // characters
	maxPassword = 72 // bytes: bcrypt reads no more
	hashCost    = 11 // of bcrypt: a tenth of a second or more on a machine of today
)

// cost is a variable so that tests need not pay it.
var cost = hashCost

// decoy is the hash that a password is compared with where there is no such
// user, of the cost of every other: the time tells nothing. It is the hash of 32
// random bytes that nobody has kept.
const decoy = "$2a$11$jB97AFOtR7DtFgbe2BqC.O9u2rdYyoAO9ix0TwqHHZVujX.TOy1R6"

// ErrSignIn is the one answer to an unknown name, a wrong password, a user
// disabled, and a token that is none or is over.
var ErrSignIn error = &refuse.Error{
	What: refuse.Text{ZH: "用户名或密码不对", EN: "wrong name or password"},
	Do:   refuse.Text{ZH: "请核对后重试；忘记密码请找经办人员", EN: "check both; if the password is lost, ask the operator for a new one"},
}

// ValidPassword refuses a password that is too easily guessed.
func ValidPassword(name, password string) error {
	var what refuse.Text
	runes := map[rune]bool{}
	for _, r := range password {
		runes[r] = true
	}
	switch {
	case !utf8.ValidString(password):
		what = refuse.Text{ZH: "密码含有不能读的字节", EN: "the password holds bytes that are no text"}
	case utf8.RuneCountInString(password) < minPassword:
		what = refuse.Text{ZH: fmt.Sprintf("密码太短，至少 %d 个字符", minPassword), EN: fmt.Sprintf("the password is too short: %d characters at least", minPassword)}
	case len(password) > maxPassword:
		what = refuse.Text{ZH: fmt.Sprintf("密码太长，最多 %d 字节（汉字每个 3 字节）", maxPassword), EN: fmt.Sprintf("the password is too long: %d bytes at most", maxPassword)}
	case len(runes) < 5:
		what = refuse.Text{ZH: "密码重复太多，至少要有 5 种不同的字符", EN: "the password repeats itself: 5 different characters at least"}
	case name != "" && strings.Contains(strings.ToLower(password), fold(name)):
		what = refuse.Text{ZH: "密码里有用户名", EN: "the password holds the user's name"}
	case strings.Trim(password, "0123456789") == "":
		what = refuse.Text{ZH: "密码全是数字", EN: "the password is all digits"}
	default:
		for _, word := range common {
			if strings.Contains(strings.ToLower(password), word) {
				what = refuse.Text{ZH: fmt.Sprintf("密码里有人人都会先猜的“%s”", word), EN: fmt.Sprintf("the password holds %q, which is guessed first", word)}
			}
		}
	}
	if what == (refuse.Text{}) {
		return nil
	}
	return &refuse.Error{What: what, Do: refuse.Text{
		ZH: "请用几个不相干的词连成一句，好记而难猜",
		EN: "take a few words that have nothing to do with one another",
	}}
}

// common are the beginnings of the passwords that are tried first.
var common = []string{"password", "passw0rd", "123456", "qwerty", "abc123", "admin", "canbao", "woaini", "iloveyou", "letmein", "welcome", "1q2w3e"}

func hashPassword(password string) (string, error) {
	hash, err := bcrypt.GenerateFromPassword([]byte(password), cost)
	if err != nil {
		return "", fmt.Errorf("hash the password: %w", err)
	}
	return string(hash), nil
}

// compare is bcrypt's, a variable so that a test counts how often it is asked.
var compare = bcrypt.CompareHashAndPassword

// turns bounds how many passwords are compared at once: each takes a processor
// for a tenth of a second, and whoever tries many must not take all of them.
var turns = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))

// SignIn tells who signs in with a name and a password. Whatever is wrong, the
// error is ErrSignIn and the time is that of one comparison. Every other error
// is of the file or of ctx.
func (u *Users) SignIn(ctx context.Context, name, password string) (User, error) {
	found, known, err := u.find(name)
	if err != nil {
		return User{}, err
	}
	hash := decoy
	if known {
		hash = found.Password
	}
	select {
	case turns <- struct{}{}:
	case <-ctx.Done():
		return User{}, ctx.Err()
	}
	wrong := compare([]byte(hash), []byte(password))
	<-turns
	if wrong != nil || !known || found.Disabled || len(password) > maxPassword {
		return User{}, ErrSignIn
	}
	return found.user(), nil
}
