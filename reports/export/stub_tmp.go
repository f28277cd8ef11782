package export

import (
	"context"
	"io"

	"canbao/reports"
)

func XLSX(d *reports.Document, w io.Writer) error               { return nil }
func DOCX(d *reports.Document, w io.Writer) error               { return nil }
func PDF(ctx context.Context, page []byte) ([]byte, error)      { return nil, nil }
