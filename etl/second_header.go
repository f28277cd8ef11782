package etl

import (
	"fmt"
	"slices"
	"strings"

	"canbao/etl/refuse"
)

// secondHeader refuses a file in which another header stands below the first:
// two exports put into one. The rows under it would be read by the wrong one,
// amounts and counts as each other. The same header again is furniture and
// never comes here.
func (c *converter) secondHeader(line int64, cells []string) error {
	if slices.ContainsFunc(cells, bareNumber) {
		return nil // as in nearly every row that is held back
	}
	for _, h := range c.words {
		for _, d := range datasets {
			m, conflict := h.match(d, cells)
			if len(m.missing()) > 0 || conflict != "" || d == c.m.dataset && slices.Equal(m.columns, c.m.columns) {
				continue
			}
			return &refuse.Error{
				What: refuse.Text{
					ZH: "这里是另一种表头，下面的行不能照前一种读",
					EN: "another header stands here, and the rows below cannot be read by the first",
				},
				Where: fmt.Sprintf("%s:%d", c.where, line),
				Do:    refuse.Text{ZH: "拆成两个文件再装载", EN: "part the file in two, then load both"},
			}
		}
	}
	return nil
}

// bareNumber tells whether a cell is a number, an amount or a day and nothing
// else: no header has one.
func bareNumber(cell string) bool {
	return strings.ContainsAny(cell, "0123456789") && strings.Trim(cell, "0123456789.,-/: '") == ""
}
