//go:build !linux

package main

import (
	"io"
	"os"

	"canbao/etl/refuse"
)

// inMemory is known on Linux alone: elsewhere a file that was sent would lie on
// the disk in the clear.
func inMemory(string, io.Reader) (f *os.File, path string, gone func(), err error) {
	return nil, "", nil, &refuse.Error{What: refuse.Text{ZH: "这台服务器不能在网页上装载", EN: "this server cannot load what is sent to a page"},
		Do: refuse.Text{ZH: "请在服务器上用 canbao load --dataset visit 装载", EN: "load it on the server with canbao load --dataset visit"}}
}
