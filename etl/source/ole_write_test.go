package source

import (
	"encoding/binary"
	"slices"
	surrogate "unicode/utf16"
)

// oleStream is a stream of a container of OLE2.
type oleStream struct {
	name string
	data []byte
}

const (
	oleSector = 512
	oleEnd    = 0xfffffffe
	oleFree   = 0xffffffff
	oleFAT    = 0xfffffffd
)

// oleFile writes a container. Streams shorter than 4096 bytes are padded, so
// that none lies in the store for small ones.
func oleFile(streams ...oleStream) []byte {
	var sectors []byte
	var fat []uint32
	chain := func(data []byte) (first uint32) {
		first = uint32(len(fat))
		count := (len(data) + oleSector - 1) / oleSector
		for i := range count {
			fat = append(fat, uint32(len(fat)+1))
			if i == count-1 {
				fat[len(fat)-1] = oleEnd
			}
		}
		sectors = append(sectors, data...)
		sectors = append(sectors, make([]byte, count*oleSector-len(data))...)
		return first
	}
	dir := oleEntry("Root Entry", 5, 1, oleFree, oleEnd, 0)
	for i, s := range streams {
		data := append(slices.Clone(s.data), make([]byte, max(0, 4096-len(s.data)))...)
		right := uint32(i + 2)
		if i == len(streams)-1 {
			right = oleFree
		}
		dir = append(dir, oleEntry(s.name, 2, oleFree, right, chain(data), len(data))...)
	}
	for len(dir)%oleSector != 0 {
		dir = append(dir, oleEntry("", 0, oleFree, oleFree, 0, 0)...)
	}
	directory := chain(dir)
	// The table of sectors tells of itself too.
	tables := 1
	for tables*oleSector/4 < len(fat)+tables {
		tables++
	}
	begin := len(fat)
	for range tables {
		fat = append(fat, oleFAT)
	}
	for len(fat) < tables*oleSector/4 {
		fat = append(fat, oleFree)
	}
	for _, next := range fat {
		sectors = binary.LittleEndian.AppendUint32(sectors, next)
	}
	return append(oleHeader(directory, begin, tables), sectors...)
}

func oleHeader(directory uint32, fat, tables int) []byte {
	h := make([]byte, oleSector)
	copy(h, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	le := binary.LittleEndian
	le.PutUint16(h[24:], 0x3e)
	le.PutUint16(h[26:], 3)
	le.PutUint16(h[28:], 0xfffe)
	le.PutUint16(h[30:], 9)
	le.PutUint16(h[32:], 6)
	le.PutUint32(h[44:], uint32(tables))
	le.PutUint32(h[48:], directory)
	le.PutUint32(h[56:], 4096)
	le.PutUint32(h[60:], oleEnd)
	le.PutUint32(h[68:], oleEnd)
	for i := range 109 {
		at := uint32(oleFree)
		if i < tables {
			at = uint32(fat + i)
		}
		le.PutUint32(h[76+4*i:], at)
	}
	return h
}

func oleEntry(name string, kind byte, child, right, start uint32, size int) []byte {
	e := make([]byte, 128)
	le := binary.LittleEndian
	for i, c := range surrogate.Encode([]rune(name)) {
		le.PutUint16(e[2*i:], c)
	}
	le.PutUint16(e[64:], uint16(2*len([]rune(name))+2))
	e[66], e[67] = kind, 1
	le.PutUint32(e[68:], oleFree)
	le.PutUint32(e[72:], right)
	le.PutUint32(e[76:], child)
	if kind != 5 {
		le.PutUint32(e[76:], oleFree)
	}
	le.PutUint32(e[116:], start)
	le.PutUint32(e[120:], uint32(size))
	return e
}
