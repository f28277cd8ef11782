package synth

import "fmt"

// person is what is kept of one of the city's people until the last file is
// written. It is small: the full city has nearly two million.
type person struct {
	number [18]byte // of the document; a passport's is shorter
	length uint8
	doc    uint8 // index of documents
}

func (p *person) id() []byte { return p.number[:p.length] }

// ref tells a person: town by index, and place in the town's people.
type ref struct {
	town  int
	index int
}

// someone is a person while drawn: what the books say of them in the end.
type someone struct {
	person
	ref
	family, first, second int // the name; second 0 is none
	born                  Day
	man                   bool
	told                  bool // the roster tells birth date and sex, as the document does not
	place                 place
	onRoster              bool
	hukou, resident       bool
	student               bool
	school                int
	exempt                int // index of exemptions
	exemptFrom            Day
	edge                  bool // planted at the edge of a rule: no dirt, no chance
	short                 bool // the roster has the number of the first cards, 15 digits
	misnamed              bool // the roster names a passport beside the number of a card
	later                 *amendment
	plan
}

// place is where the roster puts a person.
type place struct {
	village int
	shown   shown
}

// shown is how the village stands in the roster.
type shown uint8

const (
	byName  shown = iota
	nowhere       // no village
	wrongly       // a name that no village bears
)

// amendment is what a later roster file changes about a person.
type amendment struct {
	town    int
	village int
	exempt  int
	from    Day
}

// plan is what the offices know about someone besides the roster.
type plan struct {
	regs    []registration
	changed []registration // later states of some of them
	levies  []levy
	raised  []levy // later states of some of them
	grants  []grant
	pays    []pay
}

func (p *plan) reset() {
	p.regs, p.changed, p.levies, p.raised = p.regs[:0], p.changed[:0], p.levies[:0], p.raised[:0]
	p.grants, p.pays = p.grants[:0], p.pays[:0]
}

type registration struct {
	scheme int
	year   int // 0 for the schemes of employees and elsewhere
	status int // index of statuses
	on     Day
	ended  Day
	rights Day // the entitlement is recorded, NoDay: not yet
}

// States of a registration.
const (
	active = iota
	ended
	paused
)

type levy struct {
	scheme, year, fen int
}

// grant is a row of the subsidies.
type grant struct {
	category  int // index of hardships
	aid       int // index of aids: 0 enrolment paid for, 1 medical assistance
	scheme    int
	year      int
	fen       int
	part      bool
	from, to  Day
	grantedOn Day
}

// pay is a transaction.
type pay struct {
	scheme, year int
	fen          int // never negative
	day          Day
	second       int
	file         Day  // of the file that brings it; NoDay: of its day
	kind         int  // index of payWords
	minus        bool // given back by its sign alone
	failed       bool
	channel      int
	bank         int
	with         int // 1 + the index of the transaction whose receipt it shares, 0: its own
	refunds      int // 1 + the index of the transaction it gives back
	spoilt       bool
	echo         bool // another row of a transaction that the books count once
}

// Kinds of transactions.
const (
	paying = iota
	refunding
	reversing
)

// regions are the first six digits of numbers, most from elsewhere.
var regions = [...]string{"330782", "330725", "330702", "330726", "330781", "330783", "330784", "330381", "330681", "332529",
	"362321", "362330", "362329", "360421", "360281", "340822", "340826", "341021", "341225", "341226", "341623", "342623",
	"410928", "411303", "411325", "411424", "411627", "412728", "412824", "413026", "420281", "420683", "421122", "421127",
	"430281", "430525", "431224", "433023", "500101", "500230", "500236", "511025", "511304", "512222", "512501", "513001",
	"520203", "522123", "522127", "522225", "522401", "522426", "532122", "532126", "532128", "533526", "610425", "612323",
	"620421", "622201", "810000", "830000"} // the last two: permits of Hong Kong and Taiwan people

// register hands out numbers of the town: every number once. The serials of a
// day's births are cut into ranges, one for each town.
type register struct {
	town    int
	regions []string // first six digits of numbers
	used    []uint8  // serials given, by region, day and sex
}

const (
	perTown  = 35 // serials of one sex
	bornDays = 101 * 366
)

var firstBorn = Date(1920, 1, 1)

func newRegister(town int, regions []string) *register {
	return &register{town: town, regions: regions, used: make([]uint8, len(regions)*2*bornDays)}
}

// regions are those of the people of a city. Another city of a province has
// numbers of its own: the third to sixth digits, which nobody checks, are then
// its number and the region's, beyond those of any real one here.
func (s seat) regions() []string {
	own := append([]string(nil), regions[:]...)
	for i := range own {
		if s.number > 0 {
			own[i] = fmt.Sprintf("%s%02d%02d", own[i][:2], firstForeign+s.number, i)
		}
	}
	return own
}

// firstForeign is more than the third and fourth digits of any of regions;
// together with the number of a city they stay two digits.
const firstForeign = 38

// number makes an 18-digit number that nobody else has. A full range moves the
// person to the next region.
func (r *register) number(p *person, region int, born Day, man bool) {
	sex := 0
	if man {
		sex = 1
	}
	at := (int(born)-int(firstBorn))*2 + sex
	for r.used[region*2*bornDays+at] == perTown {
		region = (region + 1) % (len(regions) - 2)
	}
	slot := &r.used[region*2*bornDays+at]
	serial := (r.town*perTown+int(*slot))*2 + sex
	*slot++
	p.length = 18
	copy(p.number[:], r.regions[region])
	b := appendDay(p.number[:6], born, compact)
	b = append(b, byte('0'+serial/100), byte('0'+serial/10%10), byte('0'+serial%10))
	p.number[17] = checkDigit(b)
}

// passport makes a number of another document. The cities of a province share
// the letters among them, and where they are more than these, the numbers.
func (s seat) passport(p *person, r ref) {
	p.doc, p.length = documentPassport, 9
	p.number[0] = byte('A' + (4+s.number)%26)
	for k, n := 8, (4+s.number)/26*20_000_000+r.town*1_000_000+r.index; k > 0; k-- {
		p.number[k] = byte('0' + n%10)
		n /= 10
	}
}

// Kinds of documents.
const (
	documentCard = iota
	documentHongKong
	documentTaiwan
	documentPassport
)

// checkDigit is the 18th character of a number whose first 17 are given
// (GB 11643).
func checkDigit(first17 []byte) byte {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(first17[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

// register enrols for the benefit year, in force from the day.
func (p *plan) register(scheme int, on Day) {
	p.regs = append(p.regs, registration{scheme: scheme, year: yearOf(scheme), on: on, ended: NoDay})
}

// yearOf is the benefit year of a scheme, 0 where it has none.
func yearOf(scheme int) int {
	if scheme < len(benefitYear) {
		return benefitYear[scheme]
	}
	return 0
}

// owe adds a levy of the benefit year.
func (p *plan) owe(scheme, fen int) {
	p.levies = append(p.levies, levy{scheme, benefitYear[scheme], fen})
}

// payFor adds a payment of the benefit year and answers its index + 1.
func (p *plan) payFor(scheme, fen int, day Day, second int) int {
	p.pays = append(p.pays, pay{scheme: scheme, year: benefitYear[scheme], fen: fen, day: day, second: second, file: NoDay, channel: 1})
	return len(p.pays)
}

// refund gives back fen of the payment at 1 + its index, under its own receipt.
func (p *plan) refund(at, fen int, day Day, second int) *pay {
	was := p.pays[at-1]
	p.pays = append(p.pays, pay{scheme: was.scheme, year: was.year, fen: fen, day: day, second: second, file: NoDay,
		kind: refunding, channel: was.channel, bank: was.bank, refunds: at})
	return &p.pays[len(p.pays)-1]
}

// fund adds a full grant for the benefit year, certified without an end.
func (p *plan) fund(scheme, category int, granted Day) *grant {
	p.grants = append(p.grants, grant{category: category, scheme: scheme, year: benefitYear[scheme], fen: premium(scheme, 1),
		from: Date(2019, 3, 1), to: NoDay, grantedOn: granted})
	return &p.grants[len(p.grants)-1]
}

// Premiums of the year in fen.
const (
	medicalPremium  = 48_000
	criticalPremium = 10_000
)

// pensionTiers are the yearly amounts of the pension one may choose from.
var pensionTiers = [...]int{10_000, 30_000, 50_000, 80_000, 100_000, 150_000, 200_000, 300_000, 500_000}

func premium(scheme, tier int) int {
	switch scheme {
	case medical:
		return medicalPremium
	case critical:
		return criticalPremium
	}
	return pensionTiers[tier]
}
