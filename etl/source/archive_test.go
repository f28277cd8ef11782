package source

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// packedFile is a member of a test archive.
type packedFile struct {
	name string
	file []byte
}

// zipOf packs members; a name that is no UTF-8 is written without its mark, as
// Chinese programs do.
func zipOf(t testing.TB, members ...packedFile) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, m := range members {
		method := zip.Deflate
		if len(m.file) == 0 {
			method = zip.Store // packing nothing takes a millisecond
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: m.name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		f.Write(m.file)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gzipOf(t testing.TB, file []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(file)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var (
	onePerson  = []byte("证件号码,姓名,实缴金额\n1,王小明,280\n")
	onePayment = extract{Headers: []string{"证件号码", "姓名", "实缴金额"}, Rows: [][]string{{"1", "王小明", "280"}}, Lines: []int64{2}, Furniture: 1}
)

func TestArchives(t *testing.T) {
	gz := func(b []byte) []byte { return gzipOf(t, b) }
	pack := func(members ...packedFile) []byte { return zipOf(t, members...) }
	csv := func(name string) packedFile { return packedFile{name, onePerson} }
	gbkName := string(gb18030(t, "稠城街道/缴费明细.csv"))
	for _, c := range []struct {
		name  string
		file  []byte
		parts string
	}{
		{"gzip", gz(onePerson), ""},
		{"gzip twice", gz(gz(onePerson)), ""},
		{"gzip of two streams", append(gz(onePerson[:40]), gz(onePerson[40:])...), ""},
		{"zip of one", pack(csv("缴费.csv")), ""},
		{"zip of one with a folder and litter", pack(packedFile{"数据/", nil}, csv("数据/缴费.csv"), packedFile{"__MACOSX/数据/._缴费.csv", []byte{0, 5}},
			packedFile{"数据/.DS_Store", []byte{0}}, packedFile{"数据/Thumbs.db", []byte{0}}, packedFile{"数据/~$缴费.xlsx", []byte{0}}), ""},
		{"zip of two", pack(csv("b.csv"), csv("a.csv")), "a.csv|b.csv"},
		{"names in GBK", pack(csv(gbkName), csv("佛堂镇.csv")), "佛堂镇.csv|稠城街道/缴费明细.csv"},
		{"names by backslashes", pack(csv(`数据\甲.csv`), csv(`数据\乙.csv`)), "数据/乙.csv|数据/甲.csv"},
		{"gzip in zip", pack(packedFile{"a.csv.gz", gz(onePerson)}, csv("b.csv")), "a.csv.gz|b.csv"},
		{"zip in zip", pack(packedFile{"a.zip", pack(csv("x.csv"), csv("y.csv"))}, csv("b.csv")), "a.zip/x.csv|a.zip/y.csv|b.csv"},
		{"zip of one in zip", pack(packedFile{"a.zip", pack(csv("x.csv"))}, csv("b.csv")), "a.zip|b.csv"},
		{"three deep", gz(pack(packedFile{"a", gz(onePerson)})), ""},
		{"names that point elsewhere", pack(csv("../../evil.csv"), csv("/etc/passwd"), csv(`C:\..\..\x.csv`)), "etc/passwd|evil.csv|x.csv"},
		{"a name of control characters", pack(csv("a\x1b[31m\u202evsc.csv"), csv("b.csv")), "a[31mvsc.csv|b.csv"},
		{"documents beside data", pack(packedFile{"通知.pdf", []byte("%PDF-1.4 ...")}, csv("b.csv"), packedFile{"空.csv", nil},
			packedFile{"通知.docx", pack(packedFile{"word/document.xml", []byte("<x/>")})}, packedFile{"说明.txt", []byte("请各村核对，谢谢\n")}),
			"b.csv|skip:\"空.csv\" is empty|skip:\"说明.txt\" has no known header|skip:\"通知.docx\" is a Word document, not a table|skip:\"通知.pdf\" is a PDF document, not a table"},
	} {
		got, skipped, err := readParts(t, c.file)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var names []string
		for name, part := range got {
			names = append(names, name)
			if diff := cmp.Diff(onePayment, part); diff != "" {
				t.Errorf("%s: part %q (-want +got):\n%s", c.name, name, diff)
			}
		}
		for _, s := range skipped {
			names = append(names, "skip:"+strings.TrimSuffix(s, " and was not read"))
		}
		want := strings.Split(c.parts, "|")
		if diff := cmp.Diff(sorted(want), sorted(names)); diff != "" {
			t.Errorf("%s: parts (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestArchivesRefused(t *testing.T) {
	gz := func(b []byte) []byte { return gzipOf(t, b) }
	one := zipOf(t, packedFile{"a.csv", onePerson})
	two := func(a, b packedFile) []byte { return zipOf(t, a, b) }
	many := make([]packedFile, maxMembers+1)
	for i := range many {
		many[i] = packedFile{fmt.Sprintf("%d.csv", i), nil}
	}
	flags := bytes.Clone(one) // of the directory entry: encrypted
	flags[bytes.Index(flags, []byte("PK\x01\x02"))+8] |= 1
	method := bytes.Clone(one)
	method[bytes.Index(method, []byte("PK\x01\x02"))+10] = 9
	size := bytes.Clone(one) // unpacks to more than it claims
	binary.LittleEndian.PutUint32(size[bytes.Index(size, []byte("PK\x01\x02"))+24:], 10)
	body := bytes.Clone(one)
	body[40] ^= 0xff
	sum := gz(onePerson)
	sum[len(sum)-8] ^= 0xff
	damage := "is packed and"
	for _, c := range []struct {
		name        string
		file        []byte
		where, what string
	}{
		{"gzip, cut", gz(onePerson)[:30], "", "not complete"},
		{"gzip, cut in its head", gz(onePerson)[:5], "", "not complete"},
		{"gzip, wrong sum", sum, "", "damaged"},
		{"gzip of nothing", gz(nil), "", "is empty"},
		{"zip, cut", one[:len(one)-30], "", "not complete"},
		{"zip, damaged member", body, "a.csv", damage},
		{"zip, wrong size", size, "a.csv", damage},
		{"zip of nothing", zipOf(t), "", "an archive without a file"},
		{"zip of folders", zipOf(t, packedFile{"a/", nil}), "", "an archive without a file"},
		{"zip of an empty file", zipOf(t, packedFile{"a.csv", nil}), "a.csv", "is empty"},
		{"password", flags, "a.csv", "protected by a password"},
		{"method", method, "a.csv", "a method that cannot be read (9)"},
		{"two of a name", two(packedFile{"a.csv", onePerson}, packedFile{"A.CSV", onePerson}), "", `two members of the name "A.CSV"`},
		{"too many", zipOf(t, many...), "", "more than 10000 members"},
		{"four deep", gz(gz(gz(gz(onePerson)))), "", "nests archives"},
		{"RAR within", two(packedFile{"a.rar", []byte("Rar!\x1a\x07\x00")}, packedFile{"b.csv", onePerson}), "a.rar", "is a RAR archive"},
		{"Word alone", zipOf(t, packedFile{"word/document.xml", []byte("<x/>")}), "", "is a Word document"},
		{"ODS", two(packedFile{"mimetype", []byte("x")}, packedFile{"content.xml", []byte("<x/>")}), "", "is an ODS workbook"},
		{"OFD", zipOf(t, packedFile{"OFD.xml", []byte("<x/>")}), "", "is an OFD document"},
		{"XLSB", zipOf(t, packedFile{"xl/workbook.bin", []byte("x")}), "", "is an XLSB workbook"},
		{"binary within", two(packedFile{"a.bin", []byte("ab\x00\x01")}, packedFile{"b.csv", onePerson}), "a.bin", "is binary"},
	} {
		_, _, err := readParts(t, c.file)
		refused(t, c.name, err, c.where, c.what, "")
	}
}

// Where no part has a known header the widest is given out: who takes it tells
// what it lacks. A sheet of people without a header is never passed over.
func TestPartsWithoutHeader(t *testing.T) {
	note := packedFile{"a.csv", []byte("请核对\n")}
	wide := packedFile{"b.csv", []byte("甲,乙,丙\n1,2,3\n")}
	people := packedFile{"c.csv", []byte("330782198203051234,王小明,280\n")}
	for _, c := range []struct {
		members []packedFile
		want    string
	}{
		{[]packedFile{note, wide}, "b.csv"},
		{[]packedFile{note, wide, people}, "c.csv"},
		{[]packedFile{{"d.csv", onePerson}, people}, "c.csv|d.csv"},
		{[]packedFile{{"d.csv", onePerson}, {"e.csv", []byte("3.30782E+17,王小明\n")}}, "d.csv|e.csv"},
	} {
		parts, skipped, err := readParts(t, zipOf(t, c.members...))
		var names []string
		for name := range parts {
			names = append(names, name)
		}
		if got := strings.Join(sorted(names), "|"); err != nil || got != c.want || len(skipped)+len(parts) != len(c.members) {
			t.Errorf("%d members: parts %q, skipped %q, %v, want %q", len(c.members), got, skipped, err, c.want)
		}
	}
}

// A bomb is refused before it has unpacked much, whichever way it is nested.
func TestBombs(t *testing.T) {
	large(t)
	zeros := func(n int64) []byte {
		var out bytes.Buffer
		w, _ := gzip.NewWriterLevel(&out, 9)
		io.CopyN(w, blanks{}, n)
		w.Close()
		return out.Bytes()
	}
	var z bytes.Buffer
	w := zip.NewWriter(&z)
	for i := range 4 {
		f, _ := w.Create(fmt.Sprintf("%d.csv", i))
		io.CopyN(f, blanks{}, 30<<20)
	}
	w.Close()
	for name, file := range map[string][]byte{
		"gzip":            zeros(freeBytes + 100<<20),
		"gzip in gzip":    gzipOf(t, zeros(freeBytes+100<<20)),
		"many zip files":  z.Bytes(),
		"gzip bombs, zip": zipOf(t, packedFile{"a", zeros(40 << 20)}, packedFile{"b", zeros(40 << 20)}),
	} {
		_, _, err := readParts(t, file)
		if err == nil || !strings.Contains(err.Error(), "unpacks to more than 200 times its size") {
			t.Errorf("%s of %d bytes: %v", name, len(file), err)
		}
	}
}

// blanks is endless text of blank lines.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '\n'
	}
	return len(p), nil
}
