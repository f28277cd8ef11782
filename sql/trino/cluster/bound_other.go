//go:build !linux

package cluster

import "syscall"

// bound does nothing: only Linux can tell a process that its parent died.
func bound() *syscall.SysProcAttr { return nil }
