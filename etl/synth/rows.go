package synth

// The layouts of the files and how a row fills them.

func heads(pairs ...any) []column {
	var cols []column
	for i := 0; i < len(pairs); i += 2 {
		cols = append(cols, column{pairs[i].(field), pairs[i+1].(string)})
	}
	return cols
}

var rosterTail = heads(fHukou, "本市户籍", fResident, "常住", fStudent, "在校学生", fSchool, "学校",
	fExempt, "不应参保原因", fExemptFrom, "不应参保日期", fBirth, "出生日期", fSex, "性别")

// rosterLayout is how a town writes its roster; each office has its habits.
func rosterLayout(town int) layout {
	l := layout{dataset: "roster", comma: ','}
	switch town % 5 {
	case 0:
		l.cols = heads(fSerial, "序号", fName, "姓名", fIDType, "证件类型", fID, "证件号码", fTown, "镇街", fVillage, "村社")
	case 1:
		l.mark, l.wraps = town == 8 || town == 11, town == 11
		l.cols = heads(fID, "身份证号", fIDType, "证件类型", fName, "姓名", fTown, "乡镇街道", fVillage, "村（社区）")
	case 2:
		l.cols = heads(fCode, "行政区划代码", fTown, "镇街", fName, "姓名", fID, "公民身份号码", fIDType, "证件类型")
	case 3:
		l.comma, l.mark, l.style = '\t', true, slashes
		l.cols = heads(fID, "证件号码", fName, "姓名", fIDType, "证件类型", fTown, "镇（街道）", fVillage, "行政村")
	case 4:
		l.enc = inGB
		l.cols = heads(fName, "AAC003", fID, "AAC002", fIDType, "证件类型", fTown, "街道乡镇", fVillage, "村居")
	}
	l.cols = append(l.cols, rosterTail...)
	return l
}

// rosterAgain is the file of those who were held back, rosterChanges the one
// that changes some fields and leaves the others standing.
var (
	rosterAgain = layout{dataset: "roster", comma: ',', cols: append(
		heads(fName, "姓名", fIDType, "证件类型", fID, "证件号码", fTown, "镇街", fVillage, "村社"), rosterTail...)}
	rosterChanges = layout{dataset: "roster", comma: ',', mark: true, cols: heads(fID, "证件号码", fName, "姓名", fTown, "镇街", fVillage, "村社",
		fHukou, "户籍", fResident, "常住人口", fExempt, "不应参保原因", fExemptFrom, "不应参保日期")}
)

func registrationLayout(town int) layout {
	l := layout{dataset: "registration", comma: ',', cols: heads(fID, "证件号码", fIDType, "证件类型", fScheme, "险种", fYear, "参保年度",
		fStatus, "参保状态", fOn, "参保日期", fEnded, "终止日期", fTown, "镇街", fRights, "权益记录日期")}
	if town%4 == 1 {
		l.style = compact
	}
	return l
}

var (
	levyLayout = layout{dataset: "levy", enc: inGB, comma: '\t', cols: heads(fID, "NSRSBH", fIDType, "证件类型", fScheme, "征收品目",
		fYear, "年度", fAmount, "YBTSE", fTown, "镇街")}
	paymentLayout = layout{dataset: "payment", enc: inGB, comma: ',', cols: heads(fReceipt, "电子税票号码", fID, "证件号码", fIDType, "证件类型",
		fScheme, "征收品目", fYear, "年度", fAmount, "实缴金额", fKind, "业务类型", fPaidAt, "缴费时间", fChannel, "缴费渠道", fBank, "开户银行",
		fState, "缴费状态", fRefunds, "原电子税票号码")}
	subsidyLayout = layout{dataset: "subsidy", comma: ',', cols: heads(fID, "身份证号码", fIDType, "证件类型", fCategory, "困难类别", fAid, "资助类型",
		fScheme, "险种", fYear, "年度", fGrant, "资助金额", fExtent, "资助方式", fFrom, "认定日期", fTo, "认定终止日期", fGranted, "落实日期", fOffice, "经办部门")}
	statementLayout = layout{dataset: "statement", comma: ',', cols: heads(fDate, "对账日期", fSource, "来源", fScheme, "险种", fChannel, "缴费渠道",
		fBank, "银行", fCount, "笔数", fAmount, "金额")}
	headcountTowns    = layout{dataset: "headcount", comma: ',', cols: heads(fTown, "镇街", fVillage, "村社", fMeasure, "口径", fValue, "人数", fAsOf, "统计日期")}
	headcountVillages = layout{dataset: "headcount", comma: '\t', wide: true, cols: heads(fCode, "区划代码", fMeasure, "指标", fValue, "人数", fAsOf, "统计日期")}
)

// enrolOnRoster writes a row of the roster; it tells whether it is accepted.
func (w *townWork) enrolOnRoster(s *table, x *someone, spoilt bool) bool {
	coded := false
	for _, col := range s.cols {
		switch col.field {
		case fSerial:
			s.number(int(s.Rows) + 1)
		case fTown:
			s.word(w.t.label)
		case fVillage:
			s.word(w.villageCell(x))
		case fCode:
			coded = true
			s.word(w.codeCell(x))
		case fID:
			s.bytes(x.written())
		case fIDType:
			if x.misnamed {
				s.word(documents[documentPassport])
			} else if x.doc != documentCard || s.comma == '\t' {
				s.word(documents[x.doc])
			} else {
				s.word(none)
			}
		default:
			w.rosterCell(s, col.field, x)
		}
	}
	if !s.end(spoilt) {
		return false
	}
	if s.keep {
		s.tell(x.ref, w.onRoster(x, coded))
	}
	return true
}

// written is the number as the roster has it.
func (x *someone) written() []byte {
	if x.short {
		return append(append([]byte(nil), x.number[:6]...), x.number[8:17]...)
	}
	return x.id()
}

func (w *townWork) rosterCell(s *table, f field, x *someone) {
	switch f {
	case fName:
		s.buf = append(append(s.buf, surnames[x.family][s.enc]...), given[x.first][s.enc]...)
		if x.second > 0 {
			s.buf = append(s.buf, given[x.second-1][s.enc]...)
		}
		s.next()
	case fHukou:
		s.flag(x.hukou)
	case fResident:
		s.flag(x.resident)
	case fStudent:
		if x.student {
			s.word(yes)
		} else {
			s.word(none)
		}
	case fSchool:
		if x.student {
			s.word(w.t.schools[x.school])
		} else {
			s.word(none)
		}
	case fExempt:
		s.word(exemptions[x.exempt])
	case fExemptFrom:
		s.day(x.exemptFrom)
	case fBirth:
		if x.told {
			s.day(x.born)
		} else {
			s.word(none)
		}
	case fSex:
		switch {
		case !x.told:
			s.word(none)
		case x.man:
			s.word(male)
		default:
			s.word(female)
		}
	}
}

func (w *townWork) villageCell(x *someone) word {
	switch x.place.shown {
	case nowhere:
		return none
	case wrongly:
		return unknownVillage
	}
	v := &w.t.villages[x.place.village]
	if x.index%7 == 0 {
		return v.short
	}
	return v.label
}

func (w *townWork) codeCell(x *someone) word {
	switch x.place.shown {
	case nowhere:
		return w.t.townsfolk
	case wrongly:
		return unknownCode
	}
	return w.t.villages[x.place.village].codeWord
}

// register writes a row of the registrations.
func (w *townWork) register(s *table, who ref, p *person, r registration, spoilt bool, label word) {
	names := &schemeShort
	if w.t.index%3 == 1 {
		names = &schemeLong
	}
	for _, col := range s.cols {
		switch col.field {
		case fID:
			s.bytes(p.id())
		case fIDType:
			s.document(p)
		case fScheme:
			s.word(names[r.scheme])
		case fYear:
			if r.year > 0 {
				s.number(r.year)
			} else {
				s.word(none)
			}
		case fStatus:
			s.word(statuses[r.status])
		case fOn:
			s.day(r.on)
		case fEnded:
			s.day(r.ended)
		case fRights:
			s.day(r.rights)
		case fTown:
			s.word(label)
		}
	}
	if s.end(spoilt) && s.keep {
		s.tell(who, r.truth())
	}
}

// document writes the type of the document where it is not the usual one.
func (t *table) document(p *person) {
	if p.doc == documentCard {
		t.word(none)
	} else {
		t.word(documents[p.doc])
	}
}

func (w *townWork) levy(s *table, who ref, p *person, l levy, spoilt bool) {
	for _, col := range s.cols {
		switch col.field {
		case fID:
			s.bytes(p.id())
		case fIDType:
			s.document(p)
		case fScheme:
			s.word(schemeMiddle[l.scheme])
		case fYear:
			s.number(l.year)
		case fAmount:
			s.yuan(l.fen)
		case fTown:
			s.word(w.t.label)
		}
	}
	if s.end(spoilt) && s.keep {
		s.tell(who, Levy{Scheme: schemeNames[l.scheme], Year: l.year, Fen: l.fen})
	}
}
