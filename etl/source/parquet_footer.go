package source

import (
	"encoding/binary"
	"errors"
)

// checkEnds looks at the end of the file, where a Parquet file tells of its
// columns: that it is there, and that nothing in it claims to be longer than
// it is. The decoder would reserve what is claimed.
func (p *parquetFile) checkEnds() error {
	if p.size < 12 {
		return p.damaged(0, errParquetFooter)
	}
	var head [4]byte
	var tail [8]byte
	if n, err := p.r.ReadAt(head[:], 0); n < len(head) {
		return unreadable(p.c.Name(), err)
	}
	if n, err := p.r.ReadAt(tail[:], p.size-8); n < len(tail) {
		return unreadable(p.c.Name(), err)
	}
	size := int64(binary.LittleEndian.Uint32(tail[:4]))
	switch magic := string(tail[4:]); {
	case magic == "PARE" || string(head[:]) == "PARE":
		return p.encrypted()
	case magic != "PAR1":
		return refusal(p.c.Name(), "Parquet 文件没有传完", "is an incomplete Parquet file", "请重新导出或重新传输该文件", "export or transfer it again", nil)
	case size > p.size-12 || size > parquetFooter:
		return p.damaged(0, errParquetFooter)
	}
	footer := make([]byte, size)
	if n, err := p.r.ReadAt(footer, p.size-8-size); int64(n) < size {
		return unreadable(p.c.Name(), err)
	}
	t := thrift{rest: footer}
	if !t.structure(0) {
		return p.damaged(0, errParquetFooter)
	}
	return nil
}

var errParquetFooter = errors.New("no list of columns")

func (p *parquetFile) encrypted() error {
	return refusal(p.c.Name(), "Parquet 文件加了密", "is an encrypted Parquet file", "导出为不加密的文件再装载", "export it without encryption", nil)
}

// thrift walks over a structure in Thrift's compact form without keeping
// anything of it.
type thrift struct{ rest []byte }

const thriftDeep = 32

// structure walks over fields down to the mark of their end.
func (t *thrift) structure(depth int) bool {
	for depth < thriftDeep {
		head, ok := t.byte()
		if !ok || head == 0 {
			return ok
		}
		if head>>4 == 0 { // the field's number follows
			if _, ok := t.varint(); !ok {
				return false
			}
		}
		if kind := head & 15; kind > 2 && !t.value(kind, depth) { // 1 and 2 are truth values
			return false
		}
	}
	return false
}

func (t *thrift) value(kind byte, depth int) bool {
	switch kind {
	case 1, 2, 3: // within a list a truth value takes a byte
		return t.skip(1)
	case 4, 5, 6:
		_, ok := t.varint()
		return ok
	case 7:
		return t.skip(8)
	case 8:
		size, ok := t.varint()
		return ok && t.skip(size)
	case 9, 10:
		return t.list(depth)
	case 11:
		return t.pairs(depth)
	case 12:
		return t.structure(depth + 1)
	}
	return false
}

// list walks over values of one kind. None takes less than a byte, so there
// cannot be more of them than bytes.
func (t *thrift) list(depth int) bool {
	head, ok := t.byte()
	count := uint64(head >> 4)
	if count == 15 {
		count, ok = t.varint()
	}
	if !ok || count > uint64(len(t.rest)) {
		return false
	}
	for range count {
		if !t.value(head&15, depth+1) {
			return false
		}
	}
	return true
}

func (t *thrift) pairs(depth int) bool {
	count, ok := t.varint()
	if !ok || count == 0 {
		return ok
	}
	kinds, ok := t.byte()
	if !ok || count > uint64(len(t.rest)) {
		return false
	}
	for range count {
		if !t.value(kinds>>4, depth+1) || !t.value(kinds&15, depth+1) {
			return false
		}
	}
	return true
}

func (t *thrift) byte() (byte, bool) {
	if len(t.rest) == 0 {
		return 0, false
	}
	b := t.rest[0]
	t.rest = t.rest[1:]
	return b, true
}

func (t *thrift) varint() (uint64, bool) {
	n, size := binary.Uvarint(t.rest)
	if size <= 0 {
		return 0, false
	}
	t.rest = t.rest[size:]
	return n, true
}

func (t *thrift) skip(size uint64) bool {
	if size > uint64(len(t.rest)) {
		return false
	}
	t.rest = t.rest[size:]
	return true
}
