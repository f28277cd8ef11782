package source

import (
	"encoding/binary"
	"errors"
)

// The records of BIFF, the format inside a legacy XLS workbook, that tell what
// a sheet holds. All others are passed over.
const (
	biffBOF2, biffBOF3, biffBOF4, biffBOF5 = 0x0009, 0x0209, 0x0409, 0x0809

	biffEOF        = 0x000a
	biffContinue   = 0x003c
	biffFilePass   = 0x002f
	biffCodePage   = 0x0042
	biffDateMode   = 0x0022
	biffBoundSheet = 0x0085
	biffFormat     = 0x041e
	biffXF         = 0x00e0
	biffSST        = 0x00fc
	biffMerged     = 0x00e5

	biffBlank2, biffInteger2, biffNumber2, biffLabel2, biffBool2 = 0x0001, 0x0002, 0x0003, 0x0004, 0x0005

	biffBlank, biffNumber, biffLabel, biffBool = 0x0201, 0x0203, 0x0204, 0x0205

	biffFormula5, biffFormula3, biffFormula4 = 0x0006, 0x0206, 0x0406
	biffString2, biffString                  = 0x0007, 0x0207

	biffRK, biffMulRK, biffMulBlank = 0x027e, 0x00bd, 0x00be
	biffRString, biffLabelSST       = 0x00d6, 0x00fd

	// What may stand between a formula and its cached text.
	biffArray, biffArray2, biffShared, biffTable, biffTable2 = 0x0221, 0x0021, 0x04bc, 0x0236, 0x0036
)

// What the beginning of a stream of records says it is.
const (
	biffGlobals   = 0x0005
	biffWorksheet = 0x0010
	biffWorkspace = 0x0100 // several sheets in the way of BIFF4
)

var errBiffShort = errors.New("ends within a record")

// biffRecords walks over the records of a stream. Sizes are believed only as
// far as there are bytes.
type biffRecords struct {
	data []byte
	at   int // of the next record

	start int // of this record
	id    uint16
	body  []byte
}

// next steps to the next record; false at the end of the data. A record that
// goes on beyond it is an error: the file was cut short.
func (r *biffRecords) next() (bool, error) {
	rest := r.data[r.at:]
	if len(rest) == 0 {
		return false, nil
	}
	if len(rest) < 4 {
		return false, errBiffShort
	}
	size := int(binary.LittleEndian.Uint16(rest[2:]))
	if len(rest) < 4+size {
		return false, errBiffShort
	}
	r.start = r.at
	r.id = binary.LittleEndian.Uint16(rest)
	r.body = rest[4 : 4+size]
	r.at += 4 + size
	return true, nil
}

// parts are the bodies of this record and of those that continue it, which
// are stepped over.
func (r *biffRecords) parts() ([][]byte, error) {
	parts := [][]byte{r.body}
	for {
		ahead := *r
		ok, err := ahead.next()
		if err != nil {
			return nil, err
		}
		if !ok || ahead.id != biffContinue {
			return parts, nil
		}
		*r = ahead
		parts = append(parts, r.body)
	}
}

// biffBegin tells which BIFF a stream is that begins so, 2 to 8, and what it
// says it holds; 0 where it is none.
func biffBegin(head []byte) (version int, kind uint16) {
	if len(head) < 8 {
		return 0, 0
	}
	id, size := binary.LittleEndian.Uint16(head), binary.LittleEndian.Uint16(head[2:])
	if size < 4 || size > 20 {
		return 0, 0
	}
	stated := binary.LittleEndian.Uint16(head[4:])
	kind = binary.LittleEndian.Uint16(head[6:])
	switch id {
	case biffBOF2:
		version = 2
	case biffBOF3:
		version = 3
	case biffBOF4:
		version = 4
	case biffBOF5:
		version = 5 // exporters that write the records themselves state 0
		if stated == 0x0600 {
			version = 8
		}
	}
	return version, kind
}

// isRawBiff tells a stream of BIFF records that lies in no container, as small
// exporters write it.
func isRawBiff(head []byte) bool {
	version, kind := biffBegin(head)
	if version == 0 {
		return false
	}
	switch kind {
	case biffWorksheet, biffGlobals, biffWorkspace:
	default:
		return false
	}
	// A text file cannot look like this: its first bytes are no letters.
	return head[1] <= 0x08 && head[3] == 0
}
