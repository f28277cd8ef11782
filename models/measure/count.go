package measure

// Hidden is what stands where a figure exists and is withheld.
const Hidden = "*"

// Count is a number of people, rows or transactions as a reader may see it.
// N is 0 where it is withheld: what is not shown is not carried.
type Count struct {
	N        int64
	Withheld bool
}

// String is the number with grouped digits, or Hidden.
func (c Count) String() string {
	if c.Withheld {
		return Hidden
	}
	return Grouped(c.N)
}
