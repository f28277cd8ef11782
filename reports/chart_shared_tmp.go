package reports

import (
	"math"

	"canbao/models/measure"
)

// The colours are those of Okabe and Ito, told apart by colour-blind readers;
// what they say is always said by a sign, a word or a place as well.
const (
	blue      = "#0072B2"
	sky       = "#56B4E9"
	green     = "#009E73"
	amber     = "#E69F00"
	vermilion = "#D55E00"
	ink       = "#333333"
	grey      = "#9A9A9A"
	pale      = "#DDDDDD"
)

// statusColor is the colour of a status.
func statusColor(status string) string {
	switch status {
	case measure.Met:
		return blue
	case measure.OnTrack:
		return sky
	case measure.AtRisk:
		return amber
	case measure.Missed:
		return vermilion
	}
	return grey
}

// option is what the script gets; its texts are escaped where they are written.
func option(c interface {
	Validate()
	JSON() map[string]any
}) map[string]any {
	c.Validate()
	o := c.JSON()
	delete(o, "toolbox")
	delete(o, "title")
	return o
}

// ticks are about n round numbers from low to high.
func ticks(low, high float64, n int) []float64 {
	if high <= low || n < 1 {
		return []float64{low}
	}
	raw := (high - low) / float64(n)
	base := math.Pow(10, math.Floor(math.Log10(raw)))
	step := base * 10
	for _, m := range []float64{1, 2, 5} {
		if base*m >= raw {
			step = base * m
			break
		}
	}
	var all []float64
	for k := math.Ceil(low/step - 1e-9); k*step <= high+step*1e-9; k++ {
		all = append(all, k*step)
	}
	return all
}
