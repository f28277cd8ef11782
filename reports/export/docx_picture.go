package export

import (
	"fmt"
	"strings"

	"canbao/reports"
	"canbao/reports/draw"
)

// emu is how many English Metric Units a CSS pixel has; twip, a twentieth of a
// point.
const (
	emu  = 9525
	twip = 635
)

// chart is a chart as a picture, its title below it. One without a picture is a
// table.
func (x *docx) chart(c *reports.Chart, turned bool) {
	if c.Picture == nil {
		if c.Data != nil && len(c.Data.Columns) > 0 {
			t := *c.Data
			if t.Caption == "" {
				t.Caption = c.Title
			}
			x.turn(turned || !docxStands(&t))
			x.table(&t)
		}
		return
	}
	x.turn(turned)
	x.figures++
	props := ""
	if c.Title != "" {
		props = "<w:keepNext/>"
	}
	x.paragraph(docxFigure, props, x.picture(c, x.width(), x.height()*4/5))
	if c.Title != "" {
		x.body.WriteString(x.caption(x.t("图", "Figure"), x.figures, c.Title, ""))
	}
}

// picture is a chart in a line of text, as large as a box (in twips) allows but
// not larger than on a screen.
func (x *docx) picture(c *reports.Chart, width, height int) string {
	width, height = docxFit(c.Picture, width*twip, height*twip)
	data := c.Picture.EMF()
	x.pictures = append(x.pictures, data)
	n := len(x.pictures)
	label := c.Label
	if label == "" {
		label = c.Title
	}
	name := docxEscape(x.t("图", "picture ") + fmt.Sprint(n))
	var b strings.Builder
	fmt.Fprintf(&b, `<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%d"/><wp:docPr id="%d" name="%s" descr="%s"/>`, width, height, n, name, docxEscape(label))
	b.WriteString(`<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">`)
	fmt.Fprintf(&b, `<pic:pic><pic:nvPicPr><pic:cNvPr id="%d" name="%s"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rId%d"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`, n, name, docxRelFixed+n)
	fmt.Fprintf(&b, `<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`, width, height)
	return b.String()
}

// docxFit is the size of a picture within a box, all in EMU.
func docxFit(p *draw.Picture, width, height int) (int, int) {
	scale := min(1, float64(width)/(p.Width*emu), float64(height)/(p.Height*emu))
	return int(p.Width * emu * scale), int(p.Height * emu * scale)
}
