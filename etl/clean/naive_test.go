package clean

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The rules a second time, as slow and plain as the contract's sentences. The
// fuzz targets want both to say the same of every cell.

func naiveText(cell string) string {
	text := norm.NFKC.String(strings.ToValidUTF8(cell, "\uFFFD"))
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r):
		default:
			b.WriteRune(r)
		}
	}
	text = norm.NFKC.String(b.String())
	for {
		next := strings.Trim(text, " '\"`‘’“”")
		for _, wrapper := range []string{`="`, `=“`, `=”`} {
			if strings.HasPrefix(text, wrapper) {
				next = text[len(wrapper):]
				break
			}
		}
		if next == text {
			return text
		}
		text = next
	}
}

func naiveLabel(cell string) string {
	return strings.ReplaceAll(naiveText(cell), " ", "")
}

const clockForm = `(?:(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?|(\d{1,2})时(\d{1,2})分(?:(\d{1,2})(?:\.\d+)?秒)?)`

var (
	dayForms = []*regexp.Regexp{
		regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:T| +)` + clockForm + `)?$`),
		regexp.MustCompile(`^(\d{4})/(\d{1,2})/(\d{1,2})(?:(?:T| +)` + clockForm + `)?$`),
		regexp.MustCompile(`^(\d{4})\.(\d{1,2})\.(\d{1,2})(?:(?:T| +)` + clockForm + `)?$`),
		regexp.MustCompile(`^(\d{4})年(\d{1,2})月(\d{1,2})[日号](?:(?:T| *)` + clockForm + `)?$`),
		regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:(?:T| +)` + clockForm + `)?$`),
		regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$`),
	}
	serialForm = regexp.MustCompile(`^(\d{5,6})(?:\.(\d+))?$`)
)

func naiveTime(cell string) (int64, bool) {
	text := naiveText(cell)
	for _, form := range dayForms {
		m := form.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		var n [9]int
		for i, digits := range m[1:] {
			n[i], _ = strconv.Atoi(digits)
		}
		for i := range 3 {
			n[3+i] += n[6+i] // written with signs or with characters
		}
		at := time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC)
		real := at.Year() == n[0] && int(at.Month()) == n[1] && at.Day() == n[2] && at.Hour() == n[3] && at.Minute() == n[4] && at.Second() == n[5]
		return at.Unix(), real && n[0] >= 1900 && n[0] <= 2200
	}
	m := serialForm.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	days, _ := strconv.Atoi(m[1])
	at := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days)
	if days < 10000 || at.Year() > 2200 {
		return 0, false
	}
	fraction, _ := new(big.Rat).SetString("0." + m[2] + "0")
	seconds := fraction.Mul(fraction, big.NewRat(86400, 1)).Add(fraction, big.NewRat(1, 2))
	whole := new(big.Int).Div(seconds.Num(), seconds.Denom()).Int64()
	return at.Unix() + min(86399, whole), true
}

var (
	yearForm  = regexp.MustCompile(`^(\d{4})(?:年度?|[-/.](\d{1,2})|年(\d{1,2})月)?$`)
	monthForm = regexp.MustCompile(`^(\d{4})(\d{2})$`)
)

func naiveYear(cell string) (int64, bool) {
	text := naiveText(cell)
	for _, form := range []*regexp.Regexp{yearForm, monthForm} {
		m := form.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		year, _ := strconv.Atoi(m[1])
		month, err := strconv.Atoi(strings.Join(m[2:], ""))
		if year >= 1900 && year <= 2200 && (err != nil || month >= 1 && month <= 12) {
			return int64(year), true
		}
	}
	at, ok := naiveTime(cell)
	return int64(time.Unix(at, 0).UTC().Year()), ok
}

var moneyForm = regexp.MustCompile(`^(-?)¥?(?:RMB)?(?:CNY)? *([-+]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{0,2})0*)?$`)

func naiveFen(cell string) (int64, bool) {
	text := strings.TrimSpace(strings.TrimSuffix(strings.ReplaceAll(naiveText(cell), "−", "-"), "元"))
	m := moneyForm.FindStringSubmatch(text)
	if m == nil || m[1] != "" && m[2] != "" {
		return 0, false
	}
	amount, _ := new(big.Rat).SetString(strings.ReplaceAll(m[3], ",", "") + "." + (m[4] + "00")[:2])
	if yuan := new(big.Int).Div(amount.Num(), amount.Denom()); yuan.Cmp(big.NewInt(10_000_000_000_000)) > 0 {
		return 0, false
	}
	fen := amount.Mul(amount, big.NewRat(100, 1)).Num().Int64()
	if m[1] == "-" || m[2] == "-" {
		fen = -fen
	}
	return fen, true
}

func naiveCount(cell string) (int64, bool) {
	fen, ok := naiveFen(cell)
	return fen / 100, ok && fen >= 0 && fen%100 == 0
}

var (
	numberForm  = regexp.MustCompile(`^\d{17}[\dX]$`)
	floatForm   = regexp.MustCompile(`^(?:\d|\d+\.\d*)E(?:\+\d{1,2}|\d{2})$`)
	shareTheIDs = []string{
		"", "居民身份证", "身份证", "二代身份证", "第二代居民身份证", "居民身份证(户口簿)", "户口簿", "居民户口簿",
		"临时居民身份证", "临时身份证", "港澳台居民居住证", "港澳居民居住证", "台湾居民居住证",
	}
)

// naiveID answers with the number as it is kept, and what is wrong with it.
func naiveID(cell, typ string, loadDay time.Time) (number string, faults Faults) {
	number = strings.NewReplacer(" ", "", "'", "", `"`, "", "‘", "", "’", "", "“", "", "”", "", "`", "").Replace(naiveText(cell))
	resident := number
	if len(resident) == 18 && strings.HasSuffix(resident, "x") {
		resident = resident[:17] + "X"
	}
	if regexp.MustCompile(`^\d{15}$`).MatchString(number) {
		resident = number[:6] + "19" + number[6:]
		resident += naiveCheck(resident)
	}
	faults = naiveFaults(resident, loadDay)
	plainID := false
	for _, name := range shareTheIDs {
		plainID = plainID || name == naiveLabel(typ)
	}
	switch {
	case faults == 0 && (plainID || len(number) == 18):
		return resident, 0
	case floatForm.MatchString(strings.ToUpper(number)):
		return "", FaultDamaged
	case !plainID:
		return strings.ToUpper(number), 0
	}
	return "", faults
}

func naiveFaults(number string, loadDay time.Time) (faults Faults) {
	runes := []rune(number)
	if len(runes) != 18 {
		return FaultLength
	}
	born, err := time.Parse("20060102", string(runes[6:14]))
	if err != nil || born.Year() < 1800 || born.After(loadDay) {
		faults |= FaultDate
	}
	if !numberForm.MatchString(number) || naiveCheck(number[:17]) != number[17:] {
		faults |= FaultChecksum
		if regexp.MustCompile(`^\d{15}000$`).MatchString(number) {
			return FaultDamaged
		}
	}
	return faults
}

// naiveCheck is the check character by the definition of GB 11643 (ISO 7064,
// MOD 11-2): the sum of all places times 2 to the place is 1 modulo 11.
func naiveCheck(first17 string) string {
	for _, c := range "0123456789X" {
		sum := 0
		for i, d := range first17 + string(c) {
			value := int(d - '0')
			if d == 'X' {
				value = 10
			}
			sum += value * (1 << (17 - i))
		}
		if sum%11 == 1 {
			return string(c)
		}
	}
	return ""
}
