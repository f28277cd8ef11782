package issue

import "time"

// ManifestFile is the name of the manifest in the folder of a revision.
const ManifestFile = "manifest.json"

// FiguresDir is the folder of the figures, and of what changed in them, within
// that of a revision. They are for the office alone, whatever the edition.
const FiguresDir = "figures"

// Manifest is what was issued, and from what.
type Manifest struct {
	Campaign string    `json:"campaign"` // id
	Title    string    `json:"title"`    // of the campaign
	Number   int       `json:"number"`   // 第n期, from 1
	Revision int       `json:"revision"` // from 1; above 1 it corrects the one before
	AsOf     string    `json:"as_of"`    // the day it speaks of, 2020-12-10
	Since    string    `json:"since"`    // the day it compares with, empty for the first bulletin
	Editions []string  `json:"editions"` // internal, public
	Lang     string    `json:"lang"`     // zh, en
	IssuedAt time.Time `json:"issued_at"`
	IssuedBy string    `json:"issued_by"`

	Snapshot       Snapshot    `json:"snapshot"`
	CampaignSHA256 string      `json:"campaign_sha256"` // of the campaign file
	AreasSHA256    string      `json:"areas_sha256"`    // of the areas, as the snapshot has them
	Loads          []Load      `json:"loads"`           // by number
	Files          []File      `json:"files"`           // the bulletin, then the figures
	Correction     *Correction `json:"correction"`      // null at the first revision
	Record         *Record     `json:"record,omitempty"`
}

// Record is how far the record of what was done went when the bulletin was
// issued: whoever has the manifest can tell that nothing before was written anew.
type Record struct {
	Entry int64  `json:"entry"`
	Head  string `json:"head"` // hash of that entry
}

// Snapshot is the published state the figures were read from.
type Snapshot struct {
	Number  int       `json:"number"`
	BuiltAt time.Time `json:"built_at"`
	Program string    `json:"program"` // versions
	DuckDB  string    `json:"duckdb"`
}

// Load is a file that was loaded, or a part of one.
type Load struct {
	Load     int       `json:"load"`
	File     string    `json:"file"`
	Part     string    `json:"part"` // the sheet, or the member of an archive
	Dataset  string    `json:"dataset"`
	LoadedAt time.Time `json:"loaded_at"`
	Rows     int64     `json:"rows"` // = accepted + held back + repeated
	Accepted int64     `json:"accepted"`
	SHA256   string    `json:"sha256"` // of the whole file
}

// File is one file of a revision.
type File struct {
	Path   string `json:"path"` // below the folder of the revision, with slashes
	Kind   string `json:"kind"` // bulletin or figures
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// The kinds of files.
const (
	BulletinFile = "bulletin"
	FigureFile   = "figures"
)

// Correction is why a number was issued again, and what changed.
type Correction struct {
	Replaces       int    `json:"replaces"`        // the revision before
	ReplacesSHA256 string `json:"replaces_sha256"` // of its manifest
	Reason         string `json:"reason"`
	Changed        int    `json:"changed"` // figures; 0: none
	// What came between the two.
	Added           []Load `json:"added"`
	TakenBack       []Load `json:"taken_back"`
	CampaignChanged bool   `json:"campaign_changed"`
	AreasChanged    bool   `json:"areas_changed"`
	ProgramChanged  bool   `json:"program_changed"`
}

// Change is a figure that differs between two revisions. Before and After are
// as a machine reads them, empty where there was, or is, none.
type Change struct {
	Table    string // standing, score, collection
	Item     string // or the scheme; empty for the whole score of an area
	AreaCode string
	Area     string
	Field    string
	Before   string
	After    string
}
