package models

import (
	_ "embed"
	"slices"
)

//go:embed yiwu-2021.yaml
var yiwu2021 []byte

//go:embed yiwu-2021-areas.csv
var yiwuAreas []byte

// Yiwu2021 is the campaign file canbao init writes.
func Yiwu2021() []byte { return slices.Clone(yiwu2021) }

// YiwuAreas is the areas.csv canbao init writes: the city and its 14 towns; the
// villages are for the city to add.
func YiwuAreas() []byte { return slices.Clone(yiwuAreas) }
