package access

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"canbao/etl/refuse"
)

var now = func() time.Time { return time.Now().UTC().Truncate(time.Second) }

// Add adds a user, by name, role and areas. Whether there are such areas is for
// the caller to know.
func (u *Users) Add(who User, password string) error {
	who.Name = fold(who.Name)
	who.Areas = slices.Compact(slices.Sorted(slices.Values(who.Areas)))
	if err := validUser(who); err != nil {
		return err
	}
	if err := ValidPassword(who.Name, password); err != nil {
		return err
	}
	hash, err := hashPassword(password)
	if err != nil {
		return err
	}
	who.Disabled, who.Since, who.Generation = false, now(), 1
	return u.update(func(all []stored) ([]stored, error) {
		if indexOf(all, who.Name) >= 0 {
			return nil, taken(who.Name)
		}
		all = append(all, stored{User: who, Password: hash})
		slices.SortFunc(all, func(a, b stored) int { return strings.Compare(a.Name, b.Name) })
		return all, nil
	})
}

// Passwd gives a user a new password; sessions and tokens of before are over.
func (u *Users) Passwd(name, password string) error {
	if err := ValidPassword(name, password); err != nil {
		return err
	}
	hash, err := hashPassword(password)
	if err != nil {
		return err
	}
	return u.change(name, func(s *stored) error {
		s.Password = hash
		s.next()
		return nil
	})
}

// Change gives a user another role and other areas; sessions and tokens of before
// are over.
func (u *Users) Change(name string, role Role, areas []string) error {
	who := User{Name: fold(name), Role: role, Areas: slices.Compact(slices.Sorted(slices.Values(areas)))}
	if err := validUser(who); err != nil {
		return err
	}
	return u.change(name, func(s *stored) error {
		s.Role, s.Areas = who.Role, who.Areas
		s.next()
		return nil
	})
}

// Disable keeps a user out; sessions and tokens are over at once.
func (u *Users) Disable(name string) error { return u.able(name, true) }

// Enable lets a disabled user in again, with the password of before.
func (u *Users) Enable(name string) error { return u.able(name, false) }

func (u *Users) able(name string, off bool) error {
	return u.change(name, func(s *stored) error {
		if s.Disabled != off {
			s.Disabled = off
			s.next()
		}
		return nil
	})
}

// change changes one user.
func (u *Users) change(name string, f func(*stored) error) error {
	return u.update(func(all []stored) ([]stored, error) {
		i := indexOf(all, fold(name))
		if i < 0 {
			return nil, unknown(name)
		}
		return all, f(&all[i])
	})
}

// Find returns the user of a name as things stand, disabled or not. A file that
// cannot be read knows nobody.
func (u *Users) Find(name string) (User, bool) {
	s, known, err := u.find(name)
	return s.user(), known && err == nil
}

// Named is the name for the record of a sign-in that failed: that of a user, or
// "?" for any other text, which may be a password typed into the wrong field.
func (u *Users) Named(name string) string {
	if who, known := u.Find(name); known {
		return who.Name
	}
	return "?"
}

// List returns all users by name, none where the file cannot be read.
func (u *Users) List() []User {
	all, err := u.all()
	if err != nil {
		return nil
	}
	list := make([]User, len(all))
	for i, s := range all {
		list[i] = s.user()
	}
	return list
}

func (u *Users) find(name string) (stored, bool, error) {
	all, err := u.all()
	if err != nil {
		return stored{}, false, err
	}
	i := indexOf(all, fold(name))
	if i < 0 {
		return stored{}, false, nil
	}
	return all[i], true, nil
}

func indexOf(all []stored, name string) int {
	return slices.IndexFunc(all, func(s stored) bool { return s.Name == name })
}

func unknown(name string) error {
	return &refuse.Error{
		What: refuse.Text{ZH: fmt.Sprintf("没有用户“%s”", name), EN: fmt.Sprintf("there is no user %q", name)},
		Do:   refuse.Text{ZH: "canbao user list 列出全部用户", EN: "canbao user list lists them"},
	}
}

func disabled(name string) error {
	return &refuse.Error{
		What: refuse.Text{ZH: "用户 " + name + " 已停用", EN: "user " + name + " is disabled"},
		Do:   refuse.Text{ZH: "先用 canbao user enable 启用", EN: "enable it first with canbao user enable"},
	}
}

// Check refuses a user that Add would refuse, before a password is asked for.
func (u *Users) Check(who User) error {
	who.Name = fold(who.Name)
	if err := validUser(who); err != nil {
		return err
	}
	if _, known := u.Find(who.Name); known {
		return taken(who.Name)
	}
	return nil
}

// MustKnow refuses a name that is no user's.
func (u *Users) MustKnow(name string) error {
	_, known, err := u.find(name)
	if err == nil && !known {
		err = unknown(name)
	}
	return err
}

func taken(name string) error {
	return &refuse.Error{
		What: refuse.Text{ZH: "已有用户 " + name, EN: "there is a user " + name + " already"},
		Do:   refuse.Text{ZH: "换一个用户名；改密码用 canbao user passwd", EN: "take another name; canbao user passwd gives a new password"},
	}
}
