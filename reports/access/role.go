package access

import "canbao/etl/refuse"

// Role is what somebody is at work. A role this program does not know may
// nothing.
type Role string

const (
	Leader   Role = "leader"   // 领导: reads the figures
	Analyst  Role = "analyst"  // 分析人员: asks questions in SQL
	Town     Role = "town"     // 镇街: sees its own areas and the city's sums
	Operator Role = "operator" // 经办: runs the warehouse, lists and users
	Auditor  Role = "auditor"  // 审计: reads the record of what was done
)

// Roles are all roles, in the order of the printed matrix.
var Roles = []Role{Leader, Analyst, Town, Operator, Auditor}

var roleTitles = map[Role]refuse.Text{
	Leader:   {ZH: "领导", EN: "leader"},
	Analyst:  {ZH: "分析", EN: "analyst"},
	Town:     {ZH: "镇街", EN: "town"},
	Operator: {ZH: "经办", EN: "operator"},
	Auditor:  {ZH: "审计", EN: "auditor"},
}

// Title is the role in words.
func (r Role) Title() refuse.Text {
	if t, ok := roleTitles[r]; ok {
		return t
	}
	return refuse.Text{ZH: string(r), EN: string(r)}
}

// Known tells whether there is such a role.
func (r Role) Known() bool { _, ok := roleTitles[r]; return ok }

// Right is one thing that somebody may do or not.
type Right string

const (
	SeeFigures    Right = "see_figures"    // standings, ranks, scores, pace
	SeeBulletins  Right = "see_bulletins"  // bulletins as issued
	SeeQuality    Right = "see_quality"    // checks, counts held back, reconciliation
	Ask           Right = "ask"            // SQL of one's own, in pages, shell and on the wire
	Export        Right = "export"         // take answers away as files
	SeePeople     Right = "see_people"     // lists of who is missing, masked
	Reveal        Right = "reveal"         // the names and numbers of such a list, on record
	SeeQuarantine Right = "see_quarantine" // rows held back, masked
	LoadVisits    Right = "load_visits"    // load the answers of visits
	StopQueries   Right = "stop_queries"   // see and stop what others have asked
	ManageUsers   Right = "manage_users"   // add, disable, give a new password
	ReadAudit     Right = "read_audit"     // the record of what was done
)

// allowed is the table that decides. What does not stand in it is not allowed.
//
// Nobody who asks for figures reads the record, and who reads the record sees
// no figures beyond those issued: whoever is watched does not watch.
var allowed = []struct {
	right Right
	title refuse.Text
	roles []Role
}{
	{SeeFigures, refuse.Text{ZH: "查看进度、排名、得分", EN: "see standings, ranks, scores"}, []Role{Leader, Analyst, Town, Operator}},
	{SeeBulletins, refuse.Text{ZH: "查看已发通报", EN: "see issued bulletins"}, []Role{Leader, Analyst, Town, Operator, Auditor}},
	{SeeQuality, refuse.Text{ZH: "查看数据质量与对账", EN: "see data quality and reconciliation"}, []Role{Leader, Analyst, Town, Operator, Auditor}},
	{Ask, refuse.Text{ZH: "用 SQL 查询", EN: "ask in SQL"}, []Role{Analyst, Town, Operator}},
	{Export, refuse.Text{ZH: "导出结果文件", EN: "export answers to files"}, []Role{Leader, Analyst, Town, Operator}},
	{SeePeople, refuse.Text{ZH: "查看应参未参名单（脱敏）", EN: "see lists of people missing (masked)"}, []Role{Town, Operator}},
	{Reveal, refuse.Text{ZH: "显示名单的姓名和证件号码（留痕）", EN: "reveal names and numbers of a list (on record)"}, []Role{Town, Operator}},
	{SeeQuarantine, refuse.Text{ZH: "查看暂存的行（脱敏）", EN: "see rows held back (masked)"}, []Role{Operator}},
	{LoadVisits, refuse.Text{ZH: "装载走访结果", EN: "load the answers of visits"}, []Role{Town, Operator}},
	{StopQueries, refuse.Text{ZH: "查看并停止他人的查询", EN: "see and stop the queries of others"}, []Role{Operator}},
	{ManageUsers, refuse.Text{ZH: "管理用户", EN: "manage users"}, []Role{Operator}},
	{ReadAudit, refuse.Text{ZH: "查看操作记录", EN: "read the record"}, []Role{Auditor}},
}

// decided is allowed as it is looked up.
var decided = func() map[Role]map[Right]bool {
	m := map[Role]map[Right]bool{}
	for _, row := range allowed {
		for _, r := range row.roles {
			if m[r] == nil {
				m[r] = map[Right]bool{}
			}
			m[r][row.right] = true
		}
	}
	return m
}()

// May tells whether the role may do x: only where the table says so.
func (r Role) May(x Right) bool { return decided[r][x] }

// MatrixRow is a right and which roles have it.
type MatrixRow struct {
	Right Right
	Title refuse.Text
	May   map[Role]bool // every role of Roles
}

// Matrix is the table that decides, to be printed.
func Matrix() []MatrixRow {
	rows := make([]MatrixRow, len(allowed))
	for i, row := range allowed {
		rows[i] = MatrixRow{Right: row.right, Title: row.title, May: map[Role]bool{}}
		for _, r := range Roles {
			rows[i].May[r] = r.May(row.right)
		}
	}
	return rows
}
