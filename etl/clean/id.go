package clean

import "bytes"

// Faults are what is wrong with a document number, as bits.
type Faults uint8

// The faults, in the contract's order of reasons: id_length, id_date,
// id_checksum, id_damaged. A damaged number bears no other fault.
const (
	FaultLength Faults = 1 << iota
	FaultDate
	FaultChecksum
	FaultDamaged
)

// firstBirth is the first year that a number can tell as one of birth. The
// years of other dates begin later; GB 11643-1999 itself shows one of 1880.
const firstBirth = 1800

// ID is a document number that can stand for a person.
type ID struct {
	// Type is the document type as written, empty for the resident identity
	// card and for any other document that bears a valid number of its form.
	Type string
	// Born is the birth date the number tells, NoDay where it tells none.
	Born Day
	// Sex is 'M' or 'F' as the number tells, 0 where it tells none.
	Sex byte

	resident [18]byte
	other    []byte
}

// Number is the number in its one form: 18 characters for the resident form.
// It is valid until id changes.
func (id *ID) Number() []byte {
	if id.other != nil {
		return id.other
	}
	return id.resident[:]
}

// residentTypes are the document types whose numbers must have the resident
// form: the identity card by its names, and the residence permits of Hong
// Kong, Macao and Taiwan people, which share it.
var residentTypes = map[string]bool{
	"": true, "居民身份证": true, "身份证": true, "二代身份证": true, "第二代居民身份证": true,
	"居民身份证(户口簿)": true, "户口簿": true, "居民户口簿": true, "临时居民身份证": true, "临时身份证": true,
	"港澳台居民居住证": true, "港澳居民居住证": true, "台湾居民居住证": true,
}

// IDTypeName is the document type as the warehouse keeps it: empty for the
// default, the resident identity card, under any of its names.
func IDTypeName(cell []byte) string {
	switch name := string(Label(nil, cell)); name {
	case "居民身份证", "身份证", "二代身份证", "第二代居民身份证":
		return ""
	default:
		return name
	}
}

// ParseID reads a document number (contract, section 2, "Person"). typ is the
// cell of the document type, loadDay the last day a person can be born on. A
// valid 18-digit number is one identity whatever type stands beside it.
func ParseID(cell, typ []byte, loadDay Day) (ID, Faults) {
	var id ID
	number := cell
	if !bare(number) {
		number = bare18(polish(cell))
	}
	if len(number) == 18 && id.readResident(number, loadDay) == 0 {
		return id, 0
	}
	if scientific(number) {
		return ID{}, FaultDamaged
	}
	if name := string(Label(nil, typ)); !residentTypes[name] {
		return ID{Type: name, Born: NoDay, other: bytes.ToUpper(number)}, 0
	}
	faults := id.readResident(number, loadDay)
	return id, faults
}

// bare tells whether a cell is nothing but capital letters and digits.
func bare(cell []byte) bool {
	for _, c := range cell {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// bare18 takes the blanks and quotes out of a number.
func bare18(text []byte) []byte {
	return bytes.Map(func(r rune) rune {
		switch r {
		case ' ', '\'', '"', '‘', '’', '“', '”', '`':
			return -1
		}
		return r
	}, text)
}

// readResident reads a number of the resident form: 18 characters, or the 15
// digits of the first cards.
func (id *ID) readResident(number []byte, loadDay Day) Faults {
	number = characters(number)
	switch len(number) {
	case 18:
		copy(id.resident[:], number)
		if id.resident[17] == 'x' {
			id.resident[17] = 'X'
		}
	case 15:
		if !digits(number) {
			return FaultLength
		}
		copy(id.resident[:6], number[:6])
		id.resident[6], id.resident[7] = '1', '9'
		copy(id.resident[8:], number[6:])
		id.resident[17] = CheckDigit(id.resident[:17])
	default:
		return FaultLength
	}
	return id.judge(loadDay)
}

// characters has one byte for each character of text, so that a number is as
// long as a person reads it; what is not ASCII is no digit and becomes '?'.
func characters(text []byte) []byte {
	if !hasHan(text) {
		return text
	}
	return bytes.Map(func(r rune) rune {
		if r < 0x80 {
			return r
		}
		return '?'
	}, text)
}

// judge checks date and check digit of the 18 characters and reads them.
func (id *ID) judge(loadDay Day) (faults Faults) {
	n := &id.resident
	id.Born = NoDay
	if digits(n[6:14]) {
		year, month, date := four(n[6:10]), two(n[10:12]), two(n[12:14])
		if day := civil(year, month, date); year >= firstBirth && realDate(year, month, date) && day <= loadDay {
			id.Born = day
		}
	}
	if id.Born == NoDay {
		faults |= FaultDate
	}
	if !digits(n[:17]) || CheckDigit(n[:17]) != n[17] {
		faults |= FaultChecksum
	}
	// Excel keeps fifteen digits of a number and writes zeros for the rest.
	if faults&FaultChecksum != 0 && digits(n[:]) && string(n[15:]) == "000" {
		return FaultDamaged
	}
	id.Sex = 'F'
	if n[16]&1 == 1 {
		id.Sex = 'M'
	}
	return faults
}

// CheckDigit is the eighteenth character to 17 digits (GB 11643-1999).
func CheckDigit(first17 []byte) byte {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(first17[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

// scientific tells a number that Excel has turned into 3.30782E+17.
func scientific(number []byte) bool {
	mantissa, exponent, found := bytes.Cut(bytes.ToUpper(number), []byte("E"))
	if !found || len(exponent) < 2 {
		return false
	}
	exponent = bytes.TrimPrefix(exponent, []byte("+"))
	whole, decimals, point := bytes.Cut(mantissa, []byte("."))
	return digits(exponent) && len(exponent) <= 2 && len(whole) >= 1 && digits(whole) &&
		(!point && len(whole) == 1 || point && digits(decimals))
}

func digits(text []byte) bool {
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func two(d []byte) int  { return int(d[0]-'0')*10 + int(d[1]-'0') }
func four(d []byte) int { return two(d)*100 + two(d[2:]) }
