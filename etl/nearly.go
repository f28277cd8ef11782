package etl

import (
	"fmt"

	"canbao/etl/refuse"
)

// nearly warns where a part looks more like another dataset, of which it lacks
// one required column: payments whose day is headed in a way nobody knows fit
// the levies, and would be counted as due, not as paid.
func (c *converter) nearly() []refuse.Text {
	var list []refuse.Text
	for _, h := range c.words {
		if h.office != c.m.office {
			continue
		}
		for _, d := range datasets {
			m, _ := h.match(d, c.m.all)
			missing := m.missing()
			if d == c.m.dataset || len(missing) != 1 || m.brought() <= c.m.brought() {
				continue
			}
			list = append(list, refuse.Text{
				ZH: fmt.Sprintf("按 %s（%s）装载，但更像 %s（%s），只缺 %s", c.m.dataset.title, c.m.dataset.name, d.title, d.name, missing[0]),
				EN: fmt.Sprintf("taken for %s, but looks more like %s, of which it lacks only %s", c.m.dataset.name, d.name, missing[0]),
			})
		}
	}
	return list
}

// brought is the number of fields that a column brings.
func (m *mapping) brought() (n int) {
	for _, c := range m.columns {
		if c >= 0 {
			n++
		}
	}
	return n
}
