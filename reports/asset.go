package reports

import (
	"embed"
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

// ChartLibrary is the text of echarts. The error is a refusal where the program
// was built without it.
func ChartLibrary() ([]byte, error) { return libraryIn(assets) }

// pageText is several files of the page as one.
func pageText(names ...string) ([]byte, error) {
	var all []byte
	for _, name := range names {
		text, err := page.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, text...)
	}
	return all, nil
}

func libraryIn(files fs.FS) ([]byte, error) {
	text, err := fs.ReadFile(files, "assets/echarts.min.js")
	if err != nil {
		return nil, &refuse.Error{
			What: refuse.Text{
				ZH: "程序里没有图表库，无法生成通报",
				EN: "this program was built without the chart library, so it cannot write a bulletin",
			},
			Do:  refuse.Text{ZH: "请先运行 make assets，再重新编译", EN: "run make assets and build again"},
			Err: err,
		}
	}
	return text, nil
}
