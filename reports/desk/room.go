package desk

import (
	"fmt"
	"regexp"
	"strconv"

	"canbao/etl/refuse"
)

var memoryForm = regexp.MustCompile(`^([0-9]+) ?([KMGT])(i?)B$`)

// beside is what a process takes beside the memory its engine counts: the rows
// on their way out, and what functions make of them.
const beside = 256 << 20

// room is how many bytes a process may take whose engine has so much memory, such
// as 512MB.
func room(memory string) (int64, error) {
	m := memoryForm.FindStringSubmatch(memory)
	if m == nil {
		return 0, &refuse.Error{
			What: t("内存上限“"+memory+"”无效", fmt.Sprintf("the memory limit cannot be %q", memory)),
			Do:   t("应为如 512MB、2GB", "expected such as 512MB or 2GB"),
		}
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("read the memory limit %s: %w", memory, err)
	}
	step := int64(1000)
	if m[3] == "i" {
		step = 1024
	}
	for _, unit := range "KMGT" {
		n *= step
		if string(unit) == m[2] {
			break
		}
	}
	return n + beside, nil
}
