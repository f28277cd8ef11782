package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl/clean"
	"canbao/etl/refuse"
	"canbao/reports/access"
	"canbao/reports/audit"
)

func (a *app) usersPath() string { return filepath.Join(a.dir, "service", "users.json") }

func (a *app) userVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: a.text("用户：谁能登录、是什么角色、能做什么", "users: who may sign in, in which role, and what they may"),
		Args:  func(cmd *cobra.Command, args []string) error { return unknownVerb(cmd, args) },
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.userAddVerb(), a.userListVerb(), a.userChangeVerb(), a.userPasswdVerb(),
		a.userAbleVerb("disable", refuse.Text{ZH: "停用用户：会话和令牌立即失效", EN: "keep a user out: sessions and tokens end at once"}, (*access.Users).Disable),
		a.userAbleVerb("enable", refuse.Text{ZH: "重新启用用户", EN: "let a user in again"}, (*access.Users).Enable),
		a.userTokenVerb(), a.userMatrixVerb(), a.userLimitsVerb())
	return cmd
}

// openUsers opens the users of the workspace.
func (a *app) openUsers() (*access.Users, error) {
	if err := a.mustBeWorkspace(); err != nil {
		return nil, err
	}
	return access.OpenUsers(a.usersPath())
}

// changeUsers changes the users, on record, and says so.
func (a *app) changeUsers(ctx context.Context, what string, change func() error, done refuse.Text) error {
	d, err := a.begin(audit.UserChange, what)
	if err != nil {
		return err
	}
	if err := d.end(ctx, change()); err != nil {
		return err
	}
	a.tell(done.ZH, done.EN)
	return nil
}

func (a *app) userAddVerb() *cobra.Command {
	var role string
	var areas []string
	cmd := a.verb("add NAME --role ROLE", refuse.Text{ZH: "新增用户；密码从终端或标准输入读，不作参数", EN: "add a user; the password is read from the terminal or standard input, never an argument"},
		func(cmd *cobra.Command, args []string) error {
			users, err := a.openUsers()
			if err != nil {
				return err
			}
			u := access.User{Name: args[0], Role: access.Role(role)}
			if role == "" {
				return wrong(refuse.Text{ZH: "user add 缺少 --role", EN: "user add needs --role"}, knownRoles())
			}
			if u.Areas, err = a.townCodes(areas); err != nil {
				return err
			}
			if err := users.Check(u); err != nil {
				return err
			}
			password, err := a.newPassword(cmd.Context(), u.Name)
			if err != nil {
				return err
			}
			what := strings.TrimSpace(fmt.Sprintf("add %s, %s %s", u.Name, role, strings.Join(u.Areas, " ")))
			return a.changeUsers(cmd.Context(), what, func() error { return users.Add(u, password) },
				refuse.Text{ZH: "已新增用户 " + u.Name + "（" + u.Role.Title().ZH + "）", EN: "user " + u.Name + " is added, " + u.Role.Title().EN})
		})
	cmd.Example = "  canbao user add wang --role analyst\n  canbao user add choucheng --role town --area 330782001000"
	cmd.Args = arguments(1, 1, refuse.Text{ZH: "用户名", EN: "a name"})
	a.takesRole(cmd, &role, &areas)
	return cmd
}

// takesRole adds the flags that say what somebody is.
func (a *app) takesRole(cmd *cobra.Command, role *string, areas *[]string) {
	cmd.Flags().StringVar(role, "role", "", a.text("角色：", "role: ")+strings.Join(roleNames(), ", "))
	cmd.Flags().StringSliceVar(areas, "area", nil, a.text("镇街用户的镇街：区划代码或名称，可多个", "towns of a town's user: codes or names, several if wanted"))
	words(cmd, "role", roleNames())
}

func (a *app) userChangeVerb() *cobra.Command {
	var role string
	var areas []string
	cmd := a.verb("change NAME --role ROLE", refuse.Text{ZH: "换角色或镇街：以前的会话和令牌失效", EN: "another role or other towns: sessions and tokens of before end"},
		func(cmd *cobra.Command, args []string) error {
			users, err := a.openUsers()
			if err != nil {
				return err
			}
			if role == "" {
				return wrong(refuse.Text{ZH: "user change 缺少 --role", EN: "user change needs --role"}, knownRoles())
			}
			codes, err := a.townCodes(areas)
			if err != nil {
				return err
			}
			name, r := args[0], access.Role(role)
			what := strings.TrimSpace(fmt.Sprintf("change %s, %s %s", name, role, strings.Join(codes, " ")))
			return a.changeUsers(cmd.Context(), what, func() error { return users.Change(name, r, codes) },
				refuse.Text{ZH: name + " 现在的角色是" + r.Title().ZH, EN: name + " is now " + r.Title().EN})
		})
	cmd.Args = arguments(1, 1, refuse.Text{ZH: "用户名", EN: "a name"})
	a.takesRole(cmd, &role, &areas)
	return cmd
}

func roleNames() (names []string) {
	for _, r := range access.Roles {
		names = append(names, string(r))
	}
	return names
}

// townCodes are the codes of towns that are named by code or name.
func (a *app) townCodes(named []string) (codes []string, err error) {
	if len(named) == 0 {
		return nil, nil
	}
	areas, err := a.readAreas()
	if err != nil {
		return nil, err
	}
	for _, name := range named {
		name = strings.TrimSpace(name)
		i := slices.IndexFunc(areas.All(), func(t clean.Area) bool { return t.Level == clean.Town && (t.Code == name || t.Name == name) })
		if i < 0 {
			return nil, &refuse.Error{
				What:  refuse.Text{ZH: fmt.Sprintf("没有“%s”这个镇街", name), EN: fmt.Sprintf("%q is no town", name)},
				Where: a.areasPath(),
				Do:    refuse.Text{ZH: "写镇街的代码或名称；全市用其他角色", EN: "give the code or the name of a town; who sees the whole city has another role"},
			}
		}
		codes = append(codes, areas.All()[i].Code)
	}
	return codes, nil
}

func (a *app) userPasswdVerb() *cobra.Command {
	cmd := a.verb("passwd NAME", refuse.Text{ZH: "换密码：以前的会话和令牌失效", EN: "a new password: sessions and tokens of before end"},
		func(cmd *cobra.Command, args []string) error {
			users, err := a.openUsers()
			if err != nil {
				return err
			}
			if err := users.MustKnow(args[0]); err != nil {
				return err
			}
			password, err := a.newPassword(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return a.changeUsers(cmd.Context(), "passwd "+args[0], func() error { return users.Passwd(args[0], password) },
				refuse.Text{ZH: args[0] + " 的密码已更换，以前的会话和令牌已失效", EN: "the password of " + args[0] + " is changed; sessions and tokens of before are over"})
		})
	cmd.Args = arguments(1, 1, refuse.Text{ZH: "用户名", EN: "a name"})
	return cmd
}

func (a *app) userAbleVerb(name string, short refuse.Text, change func(*access.Users, string) error) *cobra.Command {
	cmd := a.verb(name+" NAME", short, func(cmd *cobra.Command, args []string) error {
		users, err := a.openUsers()
		if err != nil {
			return err
		}
		return a.changeUsers(cmd.Context(), name+" "+args[0], func() error { return change(users, args[0]) },
			refuse.Text{ZH: short.ZH + "：" + args[0], EN: args[0] + ": " + name + "d"})
	})
	cmd.Args = arguments(1, 1, refuse.Text{ZH: "用户名", EN: "a name"})
	return cmd
}

func (a *app) userTokenVerb() *cobra.Command {
	var days int
	var revoke bool
	cmd := a.verb("token NAME", refuse.Text{ZH: "给程序用的令牌，只显示一次；--revoke 撤销全部", EN: "a token for programs, shown once; --revoke ends all of them"},
		func(cmd *cobra.Command, args []string) error {
			users, err := a.openUsers()
			if err != nil {
				return err
			}
			if revoke {
				return a.changeUsers(cmd.Context(), "revoke tokens "+args[0], func() error {
					_, err := users.RevokeTokens(args[0])
					return err
				}, refuse.Text{ZH: args[0] + " 的令牌已全部撤销", EN: "all tokens of " + args[0] + " are revoked"})
			}
			if days < 1 || days > 3660 {
				return wrong(refuse.Text{ZH: fmt.Sprintf("--days 不能是 %d", days), EN: fmt.Sprintf("--days cannot be %d", days)},
					refuse.Text{ZH: "应为 1 到 3660", EN: "expected 1 to 3660"})
			}
			return a.newToken(cmd.Context(), users, args[0], days)
		})
	cmd.Args = arguments(1, 1, refuse.Text{ZH: "用户名", EN: "a name"})
	cmd.Flags().IntVar(&days, "days", 90, a.text("有效天数", "days it is good for"))
	cmd.Flags().BoolVar(&revoke, "revoke", false, a.text("撤销该用户的全部令牌", "end all tokens of the user"))
	return cmd
}

func (a *app) newToken(ctx context.Context, users *access.Users, name string, days int) error {
	d, err := a.begin(audit.UserChange, fmt.Sprintf("token %s, %d days", name, days))
	if err != nil {
		return err
	}
	token, until, err := users.NewToken(name, time.Duration(days)*24*time.Hour)
	if err := d.end(ctx, err); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(a.out, token); err != nil {
		return err
	}
	day := until.In(shanghai).Format(time.DateTime)
	a.tell("令牌只显示这一次，等同密码，有效到 "+day, "the token is shown this once and is as good as a password, until "+day)
	return nil
}
