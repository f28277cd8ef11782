package source

import (
	"fmt"

	"canbao/etl/refuse"
)

// What a file may ask of the reader. Real extracts stay far below; a file made
// to exhaust the machine is refused before it does. The counts of rows that
// headers of formats claim never reserve memory: rows count when they come.
const (
	chunkBytes  = 1 << 20   // text a worker takes at once
	rowBytes    = 16 << 20  // the longest row of text that is believed
	gridBytes   = 64 << 20  // the longest row of a sheet
	cellBytes   = 32 << 20  // the longest cell
	maxColumns  = 16_384    // columns of a row: what a spreadsheet has
	maxMembers  = 10_000    // of an archive
	maxDepth    = 3         // archives within archives
	freeBytes   = 64 << 20  // unpacked bytes that need no justification
	maxRatio    = 200       // unpacked bytes per packed one, beyond those
	heldBytes   = 512 << 20 // held in memory for one file
	headerRows  = 10_000    // rows looked at for the header, blank ones included
	headerBytes = 4 << 20   // text looked at for it
)

func tooLargePacked(where string) error {
	return refusal(where, fmt.Sprintf("压缩包内的文件太大，内存里放不下（上限 %d MB）", heldBytes>>20),
		fmt.Sprintf("is too large to be read inside an archive (%d MB at most)", heldBytes>>20),
		"先解压，再单独装载", "unpack it first and load it by itself", nil)
}

func bomb(where string) error {
	return refusal(where, fmt.Sprintf("解压后大得反常（超过压缩前的 %d 倍），可能是恶意文件", maxRatio),
		fmt.Sprintf("unpacks to more than %d times its size, as hostile files do", maxRatio),
		"核实文件来源；确是数据的，先解压再装载", "ask where it came from; if it is data, unpack it before loading", nil)
}

func tooDeep(where string) error {
	return refusal(where, fmt.Sprintf("压缩包套了 %d 层以上", maxDepth), fmt.Sprintf("nests archives more than %d deep", maxDepth),
		"先解压，再装载里面的文件", "unpack it first and load what is inside", nil)
}

func tooManyMembers(where string) error {
	return refusal(where, fmt.Sprintf("压缩包里的文件超过 %d 个", maxMembers), fmt.Sprintf("is an archive of more than %d members", maxMembers),
		"分成几个压缩包再装载", "part it into several archives", nil)
}

func tooManyColumns(where string, line int64) error {
	return refusal(at(where, line), fmt.Sprintf("一行超过 %d 列", maxColumns), fmt.Sprintf("has a row of more than %d columns", maxColumns),
		"核实文件；删去多余的列再装载", "check the file and remove the columns that do not belong there", nil)
}

func cellTooLong(where string, line int64) error {
	return refusal(at(where, line), fmt.Sprintf("有一格超过 %d MB", cellBytes>>20), fmt.Sprintf("has a cell of more than %d MB", cellBytes>>20),
		"核实文件；该格不是正常数据", "check the file; that cell is no data", nil)
}

func rowTooLong(where string, line int64) error {
	return refusal(at(where, line), "有一行长得反常", "has a row of an impossible length",
		"核实文件；该行不是正常数据", "check the file; that row is no data", nil)
}

// at is a place in a file, as a person looks for it.
func at(where string, line int64) string {
	if line <= 0 {
		return where
	}
	return fmt.Sprintf("%s:%d", where, line)
}

// say is one message in both languages.
func say(zh, en string) refuse.Text { return refuse.Text{ZH: zh, EN: en} }
