package main

import (
	"os"
	"strconv"
	"syscall"
)

// behind is how far loads and builds stand behind those who read (nice, 0 to 19).
const behind = 5

// standBack lets everybody else on the machine go first: whoever asks the running
// service must not feel that a snapshot is being built. Where nobody asks it takes
// nothing. Threads that are started later inherit it. A system that refuses goes
// on as before.
func standBack() {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return
	}
	for _, t := range threads {
		if id, err := strconv.Atoi(t.Name()); err == nil {
			syscall.Setpriority(syscall.PRIO_PROCESS, id, behind)
		}
	}
}
