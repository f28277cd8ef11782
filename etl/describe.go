package etl

// Field tells people of a field: what it is called, whether its column must be
// there, and the headers accepted for it, the one to prefer first. A header
// given for it in another dataset is accepted too (contract, section 2).
type Field struct {
	Name     string
	Required bool
	Headers  []string
}

// Fields are the fields of a dataset, nil for none.
func Fields(dataset string) []Field {
	d := datasetNamed(dataset)
	if d == nil {
		return nil
	}
	list := make([]Field, len(d.fields))
	for i, f := range d.fields {
		list[i] = Field{Name: f.name, Required: f.required, Headers: f.headers}
	}
	return list
}

// Reasons are the reasons a row of a dataset can be held back for, in the
// contract's order.
func Reasons(dataset string) []string {
	d := datasetNamed(dataset)
	if d == nil {
		return nil
	}
	return newReasonList(d).names
}
