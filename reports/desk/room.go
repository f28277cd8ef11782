package desk

import (
	"fmt"

	"canbao/etl/refuse"
	"canbao/sql/duck"
)

// beside is what a process takes beside the memory its engine counts: the rows
// on their way out, and what functions make of them.
const beside = 256 << 20

// room is how many bytes a process may take whose engine has so much memory, such
// as 512MB.
func room(memory string) (int64, error) {
	n, known := duck.SizeIn(memory)
	if !known {
		return 0, &refuse.Error{
			What: t("内存上限“"+memory+"”无效", fmt.Sprintf("the memory limit cannot be %q", memory)),
			Do:   t("应为如 512MB、2GB", "expected such as 512MB or 2GB"),
		}
	}
	return n + beside, nil
}
