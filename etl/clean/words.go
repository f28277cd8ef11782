package clean

import "strings"

// Vocabulary reads the words of one field. The word answered is the one the
// warehouse keeps, empty for the field's default; ok is false for an empty
// cell and for a word that is not in the contract.
type Vocabulary struct{ words map[string]string }

// Read looks a cell up.
func (v Vocabulary) Read(cell []byte) (word string, ok bool) {
	if word, ok = v.words[string(cell)]; ok {
		return word, true
	}
	word, ok = v.words[strings.ToLower(string(Label(nil, cell)))]
	return word, ok
}

// Words are the words of the extracts (contract, section 2).
var (
	Scheme = Vocabulary{map[string]string{
		"pension": "pension", "城乡居民基本养老保险": "pension", "城乡居民养老": "pension", "居民养老": "pension",
		"medical": "medical", "城乡居民基本医疗保险": "medical", "城乡居民医疗": "medical", "居民医保": "medical",
		"critical": "critical", "大病保险": "critical", "大病保险选缴": "critical", "大病选缴": "critical",
		"employee_pension": "employee_pension", "职工养老": "employee_pension",
		"企业职工基本养老保险": "employee_pension", "机关事业单位养老": "employee_pension",
		"employee_medical": "employee_medical", "职工医保": "employee_medical", "职工基本医疗保险": "employee_medical",
		"elsewhere_pension": "elsewhere_pension", "异地养老": "elsewhere_pension",
		"elsewhere_medical": "elsewhere_medical", "异地医保": "elsewhere_medical",
	}}
	Status = Vocabulary{map[string]string{"正常参保": "active", "暂停参保": "paused", "终止参保": "ended"}}
	// PaymentKind has payment (缴费) as its default.
	PaymentKind = Vocabulary{map[string]string{"缴费": "", "退费": "refund", "冲正": "reversal"}}
	// PaymentStatus has paid (成功) as its default.
	PaymentStatus = Vocabulary{map[string]string{"成功": "", "失败": "failed"}}
	// Extent has in full (全额) as its default.
	Extent      = Vocabulary{map[string]string{"全额": "", "部分": "part"}}
	SubsidyKind = Vocabulary{map[string]string{"资助参保": "funding", "医疗救助": "assistance"}}
	Source      = Vocabulary{map[string]string{"税务": "tax", "国库": "treasury", "银行": "bank", "医保": "medical"}}
	Collector   = Vocabulary{map[string]string{"税务": "tax", "医保": "medical"}}
	// Answer is what came of a visit to somebody who is missing (走访结果).
	Answer = Vocabulary{map[string]string{
		"已联系": "reached", "已告知": "reached", "reached": "reached",
		"愿缴": "will_pay", "愿意缴费": "will_pay", "愿意参保": "will_pay", "承诺缴费": "will_pay", "willpay": "will_pay",
		"已缴": "paid", "已缴费": "paid", "已参保": "paid", "haspaid": "paid",
		"异地参保": "elsewhere", "已在外地参保": "elsewhere", "外地参保": "elsewhere", "insuredelsewhere": "elsewhere",
		"职工参保": "employee", "已在职工参保": "employee", "已参加职工保险": "employee", "insuredasemployee": "employee",
		"迁出": "moved", "已迁出": "moved", "户口迁出": "moved", "moved": "moved",
		"拒缴": "refuses", "拒绝参保": "refuses", "拒绝缴费": "refuses", "不愿缴费": "refuses", "refuses": "refuses",
		"死亡": "deceased", "已死亡": "deceased", "去世": "deceased", "已故": "deceased", "deceased": "deceased",
		"不在本地": "away", "外出": "away", "away": "away",
		"未联系上": "not_reached", "联系不上": "not_reached", "notreached": "not_reached",
		"其他": "other", "其它": "other", "other": "other",
	}}
	Sex = Vocabulary{map[string]string{
		"男": "男", "女": "女", "男性": "男", "女性": "女", "1": "男", "2": "女", "m": "男", "f": "女",
	}}
)

var yesNo = Vocabulary{map[string]string{
	"是": "1", "1": "1", "y": "1", "true": "1",
	"否": "0", "0": "0", "n": "0", "false": "0",
}}

// YesNo reads 是/否, 1/0, Y/N, true/false.
func YesNo(cell []byte) (yes, ok bool) {
	word, ok := yesNo.Read(cell)
	return word == "1", ok
}
