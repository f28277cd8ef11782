package etl

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// dirtKinds are the kinds of dirt of the contract, section 2, in its words,
// each with the cases of testdata/dirt that show it.
var dirtKinds = []struct{ words, cases string }{
	// formats
	{"CSV/TSV/TXT: comma, tab, semicolon, pipe", "sep-comma sep-tab sep-semicolon sep-pipe"},
	{"UTF-8, with or without BOM", "utf8-without-mark utf8-with-mark"},
	{"UTF-16 with BOM", "utf16-le utf16-be"},
	{"GB18030/GBK", "gbk gb18030-four-bytes gb18030-quoted"},
	{"a byte inside a GB18030 character can be a separator or a digit", "gbk-trail-pipe gb18030-digit-trail"},
	{"XLSX: numbers, dates and text; an 18-digit number must never pass through a float", "xlsx-cells xlsx-damaged-numbers xlsx-formulas"},
	{"XLSX: merged and two-row headers, blank rows, merged cells below", "xlsx-header-merged xlsx-merged-body xlsx-merged-amount xlsx-blank-rows"},
	{"XLSX: hidden rows and columns read, hidden sheets named and skipped, several sheets", "xlsx-hidden xlsx-sheets xlsx-sheets-same-dataset xlsx-lacks-column"},
	{"legacy XLS: BIFF, and the XML and HTML files that carry that name", "xls-cells xls-xml xls-html"},
	{"Parquet: typed columns, ID as text, dates as dates", "parquet-typed parquet-numbers"},
	{"DBF: GBK/GB18030, deleted records skipped and counted, a field list is no furniture", "dbf-gbk dbf-gb18030"},
	{"each possibly gzip or zip, with Chinese names inside", "packed-gzip packed-xlsx-gzip packed-zip packed-zip-gbk-names packed-zip-notes packed-zip-all-or-none"},
	{"the kind is found from the content, never from the suffix", "packed-gzip-named-csv"},
	{"what cannot be read is refused as a whole", "refused-damaged-utf8 refused-cut refused-no-encoding refused-empty refused-blank refused-open-quote"},
	// dirt
	{"title rows above the header", "title-rows sep-line refused-person-above"},
	{"a header of two rows with merged cells", "header-blanks header-marks header-two-rows header-two-rows-mixed header-two-rows-joined header-two-rows-shared"},
	{"a header repeated on every page", "column-numbers header-repeated header-two-rows-repeated files-joined refused-second-header"},
	{"blank rows and columns", "blank-rows blank-columns"},
	{"合计/小计/总计 rows (first or last)", "totals-first totals-last totals-behind-name totals-with-person"},
	{"note rows under the table", "notes notes-short notes-with-person"},
	{"serial-number columns", "serial-numbers serial-numbers-alone"},
	{"CR-only line ends", "cr-only cr-only-quoted-break crlf"},
	{"quoted line breaks", "quoted-breaks"},
	{"thousands separators", "thousands"},
	{"full-width digits and letters", "full-width"},
	{"look-alike radicals (NFKC)", "radicals"},
	{"leading apostrophes", "apostrophes"},
	{"trailing tabs and spaces", "trailing-blanks"},
	{"=“…” wrappers", "wrappers"},
	{"dates as 2020-11-03, 2020/11/3, 2020.11.3, 20201103, 2020年11月3日", "dates"},
	{"dates with a time", "dates-with-time"},
	{"Excel serials (44138)", "excel-serials"},
	// recognition
	{"a dataset is recognised by its headers", "recognise-roster recognise-registration recognise-levy recognise-payment recognise-subsidy recognise-statement recognise-headcount recognise-tally recognise-visit"},
	{"the canonical name itself always is accepted", "recognise-canonical"},
	{"a synonym given once holds in every dataset that has the field", "recognise-synonyms recognise-period"},
	{"or by --dataset NAME", "recognise-ambiguous recognise-dataset-lacks recognise-dataset-named-wrong"},
	{"an unrecognised file is refused as a whole with the headers that were found and what is missing", "recognise-unknown recognise-unknown-area recognise-no-header"},
	{"an ambiguous file is refused as a whole", "recognise-ambiguous recognise-header-twice"},
	{"column order is free", "recognise-column-order"},
	{"unknown columns are kept out and named", "recognise-unknown-columns recognise-unnamed-column recognise-synonym-twice"},
	{"where several datasets' required fields are all present, the one with more of them wins", "recognise-most-required recognise-nearly-another"},
	// reasons
	{"id_length", "id-length"},
	{"id_date", "id-date"},
	{"id_checksum", "id-checksum"},
	{"id_damaged, then alone among the id reasons", "id-damaged"},
	{"missing:FIELD", "missing-roster missing-registration missing-levy missing-payment missing-subsidy missing-statement missing-headcount missing-tally missing-visit"},
	{"bad_date:FIELD, bad_amount:FIELD, unknown_scheme, unknown_area, unknown_word:FIELD, unknown_person", "wrong-roster wrong-registration wrong-levy wrong-payment wrong-subsidy wrong-statement wrong-headcount wrong-tally wrong-visit"},
	{"ragged, then the only reason; empty cells beyond the header are absorbed", "ragged"},
	{"a row with several faults lists all", "several-faults"},
	// people
	{"15 digits become 18", "id-15-digits id-15-and-18"},
	{"without blanks and quotes, upper-case X", "id-small-x"},
	{"residence permits of Hong Kong, Macao and Taiwan people share the 18-digit form", "id-permits"},
	{"other document types carry no checksum", "id-passports"},
	{"a valid 18-digit number is one identity whatever document type stands beside it, or none", "id-two-types"},
	// words
	{"words accepted for scheme", "words-scheme"},
	{"yes/no", "words-yes-no"},
	{"the words of the other fields", "words-registration words-source words-others words-visit wrong-payment recognise-payment key-payment"},
	{"a negative amount is a refund whatever the kind", "negative-amounts"},
	// keys
	{"key: roster person", "key-roster"},
	{"key: registration person+scheme+year, else person+scheme+registered_on", "key-registration"},
	{"key: levy person+scheme+year", "key-levy"},
	{"key: payment receipt+person+scheme+year+direction, and paid_at for what was given back", "key-payment"},
	{"key: subsidy person+scheme+year+kind+category", "key-subsidy"},
	{"key: statement date+source+scheme+channel+bank", "key-statement"},
	{"key: headcount area+measure+as_of", "key-headcount"},
	{"key: tally area+indicator+as_of", "key-tally"},
	{"key: visit person+item+visited_on", "key-visit"},
	// what stands
	{"within a file the later row wins", "later-row-wins"},
	{"folders load in the byte order of their paths", "folder-order"},
	{"a column that a file does not have leaves the present value standing; an empty cell empties it", "columns-left-standing"},
	{"the three area fields come together; faults are judged after that", "areas-together"},
	{"a default equals an empty or never-brought cell", "defaults"},
	{"times compare to the second", "key-payment"},
	{"a file with the very bytes of one loaded before changes nothing", "same-bytes"},
	{"loading the corrected sheet releases by its number; nothing else releases", "corrected-sheet held-row-loaded-again"},
	{"a column that the last file of the dataset had and this one lacks is a warning by name", "columns-left-standing areas-together defaults"},
}

// TestDirtIsCovered wants a case for every kind, and every case to show one.
func TestDirtIsCovered(t *testing.T) {
	names := dirtNames(t)
	shown := map[string]bool{}
	for _, k := range dirtKinds {
		for _, name := range strings.Fields(k.cases) {
			shown[name] = true
			if !slices.Contains(names, name) {
				t.Errorf("%q: testdata/dirt has no case %s", k.words, name)
			}
		}
		if k.cases == "" {
			t.Errorf("%q is shown by no case", k.words)
		}
	}
	loaded := map[string]bool{}
	for _, name := range names {
		if !shown[name] {
			t.Errorf("the case %s shows no kind of dirt", name)
		}
		c := readDirt(t, name)
		if c.About == "" {
			t.Errorf("the case %s does not say what it is about", name)
		}
		for _, l := range c.Loads {
			loaded[l.Path] = true
		}
	}
	entries, err := os.ReadDir(dirtDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !loaded[e.Name()] && !strings.HasSuffix(e.Name(), ".want.yaml") {
			t.Errorf("no case loads %s", filepath.Join(dirtDir, e.Name()))
		}
	}
}

// TestEveryReasonHasARow wants a row held back for every reason that a row of
// each dataset can be held back for. What goes for all documents, and for rows
// of any dataset, is shown once.
func TestEveryReasonHasARow(t *testing.T) {
	found := map[string]bool{}
	for _, name := range dirtNames(t) {
		for _, l := range readDirt(t, name).Loads {
			for _, r := range l.Reports {
				for _, h := range r.Held {
					for _, reason := range strings.Fields(h.Reasons) {
						found[r.Dataset+" "+reason], found[reason] = true, true
					}
				}
			}
		}
	}
	for _, d := range datasets {
		for _, reason := range newReasonList(d).names {
			switch {
			case strings.HasPrefix(reason, "id_") || reason == "ragged":
				if !found[reason] {
					t.Errorf("no row is held back for %s", reason)
				}
			case reason == "unknown_scheme" && d.field("scheme") == nil, reason == "unknown_area" && !d.placed:
			case reason == "other_person": // TestVisitsByPersonCode: each warehouse has codes of its own
			case reason == "other_area": // TestVisitsWithinAreas: of loads for some areas only
			case !found[d.name+" "+reason]:
				t.Errorf("no row of %s is held back for %s", d.name, reason)
			}
		}
	}
}
