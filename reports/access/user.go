package access

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"canbao/etl/refuse"
)

// User is somebody who may sign in.
type User struct {
	Name  string   `json:"name"`
	Role  Role     `json:"role"`
	Areas []string `json:"areas,omitempty"` // codes of the areas of a town's user, else none

	Disabled bool      `json:"disabled,omitempty"`
	Since    time.Time `json:"since"` // when added

	// Generation grows with each new password and each disabling or enabling: a
	// session of an earlier one is over.
	Generation int `json:"generation"`
}

// stored is a user as the file keeps it.
type stored struct {
	User
	Password string  `json:"password"` // bcrypt
	Tokens   []token `json:"tokens,omitempty"`
}

// user is a copy for others, who may change it.
func (s stored) user() User {
	s.User.Areas = slices.Clone(s.User.Areas)
	return s.User
}

// next ends what was good until now.
func (s *stored) next() { s.Generation++; s.Tokens = nil }

// maxName is the longest name of a user, in characters.
const maxName = 32

// fold is how names are compared and kept: small letters.
func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// validName refuses a name that cannot be told apart in a record, or that is
// somebody's number.
func validName(name string) error {
	digits := 0
	good := name != "" && utf8.RuneCountInString(name) <= maxName
	for _, r := range name {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r), strings.ContainsRune("._-@", r):
		default:
			good = false
		}
	}
	if good && digits < 11 {
		return nil
	}
	return &refuse.Error{
		What: refuse.Text{ZH: fmt.Sprintf("“%s”不能作用户名", name), EN: fmt.Sprintf("%q cannot be the name of a user", name)},
		Do: refuse.Text{
			ZH: fmt.Sprintf("用字母、汉字、数字和 . _ - @，最多 %d 个字；不要用证件号码或电话", maxName),
			EN: fmt.Sprintf("take letters, digits and . _ - @, %d at most, and no number of an ID or a phone", maxName),
		},
	}
}

// validUser refuses a role or areas that cannot be.
func validUser(u User) error {
	if err := validName(u.Name); err != nil {
		return err
	}
	switch {
	case !u.Role.Known():
		var names []string
		for _, r := range Roles {
			names = append(names, string(r))
		}
		list := strings.Join(names, ", ")
		return &refuse.Error{
			What: refuse.Text{ZH: fmt.Sprintf("没有“%s”这个角色", u.Role), EN: fmt.Sprintf("%q is no role", u.Role)},
			Do:   refuse.Text{ZH: "可选：" + list, EN: "there are: " + list},
		}
	case u.Role == Town && len(u.Areas) == 0:
		return &refuse.Error{
			What: refuse.Text{ZH: "镇街用户要指明区划", EN: "a town's user needs an area"},
			Do:   refuse.Text{ZH: "加上 --area 区划代码", EN: "add --area CODE"},
		}
	case u.Role != Town && len(u.Areas) > 0:
		return &refuse.Error{
			What: refuse.Text{ZH: "只有镇街用户有区划，其他角色看全市", EN: "only a town's user has areas, the other roles see the whole city"},
			Do:   refuse.Text{ZH: "去掉 --area，或改用 --role town", EN: "leave --area out, or take --role town"},
		}
	}
	return nil
}
