package synth

// field is a field of the contract that the extracts bring.
type field uint8

const (
	fSerial field = iota // a running number, which no dataset has
	fID
	fIDType
	fName
	fTown
	fVillage
	fCode
	fHukou
	fResident
	fStudent
	fSchool
	fExempt
	fExemptFrom
	fBirth
	fSex
	fScheme
	fYear
	fStatus
	fOn
	fEnded
	fRights
	fAmount
	fReceipt
	fKind
	fPaidAt
	fChannel
	fBank
	fState
	fRefunds
	fCategory
	fAid
	fGrant
	fExtent
	fFrom
	fTo
	fGranted
	fOffice
	fDate
	fSource
	fCount
	fMeasure
	fValue
	fAsOf
	fItem
	fAnswer
	fVisited
	fProof
)

// role is what a column holds, for the dirt that can befall it.
type role uint8

const (
	roleText role = iota
	roleID
	roleDay
	roleTime
	roleYear
	roleAmount
	roleFlag
	roleWord
	roleScheme
	roleTown
)

// fieldFacts are the contract's name of a field, what it holds, and whether
// each row must have it.
var fieldFacts = [...]struct {
	name     string
	role     role
	required bool
}{
	fSerial:     {"", roleText, false},
	fID:         {"id_no", roleID, true},
	fIDType:     {"id_type", roleText, false},
	fName:       {"name", roleText, true}, // only the roster has it here
	fTown:       {"town", roleTown, false},
	fVillage:    {"village", roleText, false},
	fCode:       {"area_code", roleText, false},
	fHukou:      {"hukou", roleFlag, true},
	fResident:   {"resident", roleFlag, true},
	fStudent:    {"student", roleFlag, false},
	fSchool:     {"school", roleText, false},
	fExempt:     {"exempt_reason", roleText, false},
	fExemptFrom: {"exempt_from", roleDay, false},
	fBirth:      {"birth_date", roleDay, false},
	fSex:        {"sex", roleWord, false},
	fScheme:     {"scheme", roleScheme, true},
	fYear:       {"year", roleYear, true},
	fStatus:     {"status", roleWord, true},
	fOn:         {"registered_on", roleDay, true},
	fEnded:      {"ended_on", roleDay, false},
	fRights:     {"rights_on", roleDay, false},
	fAmount:     {"amount", roleAmount, true},
	fReceipt:    {"receipt", roleText, true},
	fKind:       {"kind", roleWord, false},
	fPaidAt:     {"paid_at", roleTime, true},
	fChannel:    {"channel", roleText, false},
	fBank:       {"bank", roleText, false},
	fState:      {"status", roleWord, false},
	fRefunds:    {"refunds", roleText, false},
	fCategory:   {"category", roleText, true},
	fAid:        {"kind", roleWord, true},
	fGrant:      {"amount", roleAmount, false},
	fExtent:     {"extent", roleWord, false},
	fFrom:       {"certified_from", roleDay, true},
	fTo:         {"certified_to", roleDay, false},
	fGranted:    {"granted_on", roleDay, false},
	fOffice:     {"office", roleText, false},
	fDate:       {"date", roleDay, true},
	fSource:     {"source", roleWord, true},
	fCount:      {"count", roleText, true},
	fMeasure:    {"measure", roleText, true},
	fValue:      {"value", roleText, true},
	fAsOf:       {"as_of", roleDay, false},
	fItem:       {"item", roleText, true},
	fAnswer:     {"answer", roleWord, true},
	fVisited:    {"visited_on", roleDay, true},
	fProof:      {"proof", roleFlag, false},
}

func (f field) name() string   { return fieldFacts[f].name }
func (f field) role() role     { return fieldFacts[f].role }
func (f field) required() bool { return fieldFacts[f].required }
