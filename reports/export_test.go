package reports

// SamplePage is the page of the sample document, for the tests of its printing:
// those live outside of this package, as what prints it does.
func SamplePage() ([]byte, error) { return sample("", 2, 12).HTML() }
