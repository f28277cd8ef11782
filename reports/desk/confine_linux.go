package desk

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// rlimitData is RLIMIT_DATA, which package syscall does not name on every
// architecture.
const rlimitData = 2

// confine lets this process take so many bytes more than it has, and has the
// system choose it first should memory be short all the same. What is only
// reserved, as Go's runtime does, does not count.
func confine(room int64) error {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return fmt.Errorf("confine the engine: %w", err)
	}
	_, rest, _ := strings.Cut(string(text), "VmData:")
	kb, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	has, err := strconv.ParseInt(kb, 10, 64)
	if err != nil {
		return fmt.Errorf("confine the engine: %w", err)
	}
	most := uint64(has<<10 + room)
	if err := syscall.Setrlimit(rlimitData, &syscall.Rlimit{Cur: most, Max: most}); err != nil {
		return fmt.Errorf("confine the engine: %w", err)
	}
	none := syscall.Rlimit{}
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &none); err != nil {
		return fmt.Errorf("confine the engine: %w", err)
	}
	// Where the system does not let it, the limit above holds.
	os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0)
	return nil
}
