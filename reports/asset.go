package reports

import (
	"embed"
	"html/template"
	"io/fs"

	"canbao/etl/refuse"
)

// The directory and not the file, so that a checkout compiles before its first
// `make assets`.
//
//go:embed assets
var assets embed.FS

//go:embed page
var page embed.FS

// chartLibrary is the text of echarts, to be written into a page.
func chartLibrary() (template.JS, error) { return libraryIn(assets) }

func libraryIn(files fs.FS) (template.JS, error) {
	text, err := fs.ReadFile(files, "assets/echarts.min.js")
	if err != nil {
		return "", &refuse.Error{
			What: refuse.Text{
				ZH: "程序里没有图表库，无法生成通报",
				EN: "this program was built without the chart library, so it cannot write a bulletin",
			},
			Do:  refuse.Text{ZH: "请先运行 make assets，再重新编译", EN: "run make assets and build again"},
			Err: err,
		}
	}
	return template.JS(text), nil
}
