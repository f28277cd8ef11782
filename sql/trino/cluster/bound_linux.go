package cluster

import "syscall"

// bound makes a process end with the one that started it, however that ends.
func bound() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
