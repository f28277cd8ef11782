//go:build linux || darwin

package main

import (
	"path/filepath"
	"strings"
	"testing"

	"canbao/reports/access"
)

// TestPasswordOnATerminal types passwords: unseen, twice the same, and Ctrl-C
// leaves no user and a terminal that shows what is typed.
func TestPasswordOnATerminal(t *testing.T) {
	dir := t.TempDir()
	env := []string{"XDG_CONFIG_HOME=" + filepath.Join(dir, "config"), "HOME=" + dir, "CANBAO_WORKSPACE=" + filepath.Join(dir, "city")}
	openTerminal(t, env, "init", filepath.Join(dir, "city")).cmd.Wait()
	users := func() []access.User {
		u, err := access.OpenUsers(filepath.Join(dir, "city", "service", "users.json"))
		if err != nil {
			t.Fatal(err)
		}
		return u.List()
	}
	add := func() *terminal { return openTerminal(t, env, "user", "add", "li", "--role", "analyst") }

	s := add()
	s.want("新密码：")
	s.types("three blue herons\r")
	s.want("再输一遍：")
	s.types("three blue heroes\r")
	s.want("两次输入的密码不同")
	if s.cmd.Wait(); len(users()) != 0 {
		t.Error("a user is there whose password was not typed twice")
	}

	s = add()
	s.want("新密码：")
	s.types("short\r")
	s.want("密码太短")
	s.cmd.Wait()

	s = add()
	s.want("新密码：")
	s.types("three blue\x03")
	if s.cmd.Wait(); s.cmd.ProcessState.ExitCode() != exitFailed || len(users()) != 0 {
		t.Errorf("Ctrl-C ends with %d and leaves %v", s.cmd.ProcessState.ExitCode(), users())
	}

	s = add()
	s.want("新密码：")
	s.types("three blue herons\r")
	s.want("再输一遍：")
	s.types("three blue herons\r")
	s.want("已新增用户 li")
	if err := s.cmd.Wait(); err != nil || len(users()) != 1 {
		t.Errorf("%v, and the users are %v", err, users())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.Contains(s.text.String(), "heron") {
		t.Error("the password is shown")
	}
}
