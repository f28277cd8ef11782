package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"canbao/etl"
	"canbao/etl/lake"
	"canbao/etl/refuse"
	"canbao/etl/seal"
	"canbao/reports/access"
)

// settings are what flags, CANBAO_* variables and canbao.yaml told, in that
// order.
type settings struct {
	Lang               string   `mapstructure:"lang"`
	KeyFile            string   `mapstructure:"key_file"`
	Cipher             string   `mapstructure:"cipher"`
	Campaigns          []string `mapstructure:"campaigns"`
	MemoryLimit        string   `mapstructure:"memory_limit"`
	Threads            int      `mapstructure:"threads"`
	Wait               string   `mapstructure:"wait"`
	KeepSnapshots      int      `mapstructure:"keep_snapshots"`
	Format             string   `mapstructure:"format"`
	Quiet              bool     `mapstructure:"quiet"`
	User               string   `mapstructure:"user"`
	Prose              string   `mapstructure:"prose"`
	Map                string   `mapstructure:"map"`
	Tiles              string   `mapstructure:"tiles"`
	Engine             string   `mapstructure:"engine"`
	Lake               string   `mapstructure:"lake"`
	LakeBuckets        int      `mapstructure:"lake_buckets"`
	EngineURL          string   `mapstructure:"engine_url"`
	EngineCatalog      string   `mapstructure:"engine_catalog"`
	EngineLake         string   `mapstructure:"engine_lake"`
	EngineUser         string   `mapstructure:"engine_user"`
	EnginePasswordFile string   `mapstructure:"engine_password_file"`
	EngineCA           string   `mapstructure:"engine_ca"`
	Listen             string   `mapstructure:"listen"`
	Wire               string   `mapstructure:"wire"`
	Cert               string   `mapstructure:"cert"`
	CertKey            string   `mapstructure:"cert_key"`

	// headers beyond those of the contract
	synonyms []etl.Synonym

	// how much a role may ask for, where that was set
	limits access.LimitBook

	// who named the key file and the cipher
	keyFrom, cipherFrom origin
}

// setting is one row of the table that flags, variables, canbao.yaml and the
// documentation come from.
type setting struct {
	name  string // in canbao.yaml; --key-file and CANBAO_KEY_FILE for key_file
	def   any
	words []string // the values allowed, nil for any
	path  bool     // a path: in canbao.yaml relative to the workspace
	group group    // whose flag it is
	help  refuse.Text
}

// group is the verbs that take a setting as a flag.
type group int

const (
	every      group = iota
	listed           // those that print a table
	making           // those that make a key
	issuing          // the one that writes a bulletin
	publishing       // the one that publishes snapshots
	serving          // the one that runs the service
)

var settingTable = []setting{
	{name: "lang", def: "zh", words: []string{"zh", "en"},
		help: refuse.Text{ZH: "语言：zh 或 en", EN: "language: zh or en"}},
	{name: "key_file", def: "", path: true,
		help: refuse.Text{ZH: "密钥文件（默认在用户配置目录，不在工作区内）", EN: "key file (default: in the user's configuration folder, outside the workspace)"}},
	{name: "cipher", def: seal.AES256, words: seal.Ciphers(), group: making,
		help: refuse.Text{ZH: "新密钥的算法：aes-256 或 sm4（国密）", EN: "cipher of a new key: aes-256 or sm4"}},
	{name: "campaigns", def: []string{campaignFile}, path: true,
		help: refuse.Text{ZH: "考核方案文件，可有多个，第一个为默认", EN: "campaign files, the first is the default campaign"}},
	{name: "memory_limit", def: "1200MB",
		help: refuse.Text{ZH: "数据库可用内存", EN: "memory the database may use"}},
	{name: "threads", def: 0,
		help: refuse.Text{ZH: "线程数，0 为处理器个数", EN: "threads, 0 for one per processor"}},
	{name: "engine", def: engineDuckDB, words: []string{engineDuckDB, engineTrino},
		help: refuse.Text{ZH: "由谁计算：duckdb（本机）或 trino（数据放在数据湖里，由 engine_url 的集群计算；没写 engine_url 时由本机计算）", EN: "who computes: duckdb (this machine) or trino (the rows lie in a lake; the cluster at engine_url computes, this machine where there is none)"}},
	{name: "lake", def: "", path: true,
		help: refuse.Text{ZH: "engine: trino 时数据湖所在的文件夹（默认 warehouse/lake），或 s3://桶/前缀?endpoint=…", EN: "with engine: trino the folder of the lake (default: warehouse/lake), or s3://bucket/prefix?endpoint=..."}},
	{name: "lake_buckets", def: 0,
		help: refuse.Text{ZH: "数据湖把人分成几份，第一次装载后不能再改，0 为默认的 16", EN: "parts that the lake divides the people into, fixed at the first load, 0 for the default of 16"}},
	{name: "engine_url", def: "",
		help: refuse.Text{ZH: "engine: trino 时协调节点的地址，如 https://主机:8443", EN: "with engine: trino the address of the coordinator, such as https://host:8443"}},
	{name: "engine_catalog", def: "lake",
		help: refuse.Text{ZH: "计算引擎里读数据湖的目录（catalog）", EN: "the engine's catalog that reads the lake"}},
	{name: "engine_lake", def: "local:///",
		help: refuse.Text{ZH: "计算引擎怎样称呼数据湖，如 s3://桶/路径/", EN: "what the engine calls the lake, such as s3://bucket/path/"}},
	{name: "engine_user", def: "",
		help: refuse.Text{ZH: "以谁的名义使用计算引擎（默认为操作者）", EN: "as whom the engine is used (default: who is at work)"}},
	{name: "engine_password_file", def: "", path: true,
		help: refuse.Text{ZH: "计算引擎密码所在的文件，要求 https", EN: "file with the engine's password, which needs https"}},
	{name: "engine_ca", def: "", path: true,
		help: refuse.Text{ZH: "为计算引擎担保的证书，PEM 文件（默认用系统的）", EN: "certificates that vouch for the engine, a PEM file (default: those of the system)"}},
	{name: "wait", def: "5s",
		help: refuse.Text{ZH: "数据仓库被别的命令占用时最多等多久，0s 为不等", EN: "how long to wait while another command has the warehouse, 0s for not at all"}},
	{name: "keep_snapshots", def: 7, group: publishing,
		help: refuse.Text{ZH: "保留最近几份快照，更早的在发布新快照后删除", EN: "how many snapshots are kept; older ones are removed when a new one is published"}},
	{name: "user", def: "",
		help: refuse.Text{ZH: "谁在操作，记入台账（默认为操作系统用户）", EN: "who is at work, for the ledger (default: the user of the operating system)"}},
	{name: "format", def: "table", words: []string{"table", "csv", "json"}, group: listed,
		help: refuse.Text{ZH: "输出格式：table、csv 或 json", EN: "output: table, csv or json"}},
	{name: "prose", def: "prose", path: true, group: issuing,
		help: refuse.Text{ZH: "通报的自拟措辞所在文件夹（没有则用内置措辞）", EN: "folder with your own words for the bulletin (where there is none: ours)"}},
	{name: "map", def: "", path: true, group: issuing,
		help: refuse.Text{ZH: "各镇街地图，GeoJSON（默认画成方块图）", EN: "map of the towns, GeoJSON (default: a map of tiles)"}},
	{name: "tiles", def: "", path: true, group: issuing,
		help: refuse.Text{ZH: "没有地图时各镇街方块的布局，CSV（默认义乌的，其他城市按名次）", EN: "where there is no map: how the tiles of the towns lie, CSV (default: Yiwu's, elsewhere by rank)"}},
	{name: "listen", def: "127.0.0.1:8866", group: serving,
		help: refuse.Text{ZH: "网页在哪个地址和端口（默认只有本机能访问；其他地址一律用 TLS）", EN: "address and port of the pages (default: this machine alone; any other is TLS only)"}},
	{name: "wire", def: "127.0.0.1:8867", group: serving,
		help: refuse.Text{ZH: "供工具连接的 Flight SQL 在哪个地址和端口，总用 TLS，off 为不开", EN: "address and port of Flight SQL for tools, always TLS; off for none"}},
	{name: "cert", def: "", path: true, group: serving,
		help: refuse.Text{ZH: "TLS 证书，PEM 文件（默认自行生成）", EN: "TLS certificate, a PEM file (default: one of its own making)"}},
	{name: "cert_key", def: "", path: true, group: serving,
		help: refuse.Text{ZH: "TLS 证书的私钥，PEM 文件", EN: "key of the TLS certificate, a PEM file"}},
	{name: "quiet", def: false,
		help: refuse.Text{ZH: "不显示进度和提示", EN: "no progress, no hints"}},
}

func (s setting) flag() string     { return strings.ReplaceAll(s.name, "_", "-") }
func (s setting) variable() string { return "CANBAO_" + strings.ToUpper(s.name) }

// ownFlag marks a flag of a verb that bears the name of a setting and takes
// more words than it.
const ownFlag = "own"

// register adds the flag of the setting.
func (s setting) register(flags *pflag.FlagSet, lang string) {
	switch def := s.def.(type) {
	case string:
		flags.String(s.flag(), def, s.help.In(lang))
	case int:
		flags.Int(s.flag(), def, s.help.In(lang))
	case bool:
		flags.Bool(s.flag(), def, s.help.In(lang))
	case []string:
		flags.StringSlice(s.flag(), def, s.help.In(lang))
	}
}

// The engines that the setting of that name knows.
const (
	engineDuckDB = "duckdb"
	engineTrino  = "trino"
)

// origin tells where the value of a setting came from.
type origin struct {
	kind  string // flag, variable, file or default
	where string // as the person would look it up
}

// loadSettings reads the settings for a workspace from its file, "" for none.
// A file that does not exist is none: the verbs that need a workspace say so
// themselves.
func loadSettings(dir, file string, flags *pflag.FlagSet) (settings, error) {
	v := viper.New()
	inFile, err := readSettingsFile(file)
	if err != nil {
		return settings{}, err
	}
	values := map[string]any{}
	for name, entry := range inFile {
		if name != synonymsKey && name != limitsKey {
			values[name] = entry.value
		}
	}
	if err := v.MergeConfigMap(values); err != nil {
		return settings{}, fmt.Errorf("read %s: %w", file, err)
	}
	origins := map[string]origin{}
	for _, s := range settingTable {
		v.SetDefault(s.name, s.def)
		if err := v.BindEnv(s.name, s.variable()); err != nil {
			return settings{}, fmt.Errorf("read %s: %w", s.variable(), err)
		}
		flag := flags.Lookup(s.flag())
		if flag != nil && flag.Annotations[ownFlag] != nil {
			flag = nil
		}
		if flag != nil {
			if err := v.BindPFlag(s.name, flag); err != nil {
				return settings{}, fmt.Errorf("read --%s: %w", s.flag(), err)
			}
		}
		entry, filed := inFile[s.name]
		switch {
		case flag != nil && flag.Changed:
			origins[s.name] = origin{"flag", "--" + s.flag()}
		case os.Getenv(s.variable()) != "":
			origins[s.name] = origin{"variable", s.variable()}
		case filed:
			origins[s.name] = origin{"file", fmt.Sprintf("%s:%d", file, entry.line)}
		default:
			origins[s.name] = origin{"default", s.name}
		}
	}
	var out settings
	if err := v.UnmarshalExact(&out); err != nil {
		return settings{}, badValue(settingTable, origins, v)
	}
	out.synonyms, _ = inFile[synonymsKey].value.([]etl.Synonym)
	out.limits, _ = inFile[limitsKey].value.(access.LimitBook)
	if err := out.validate(origins); err != nil {
		return settings{}, err
	}
	out.place(dir, origins)
	out.keyFrom, out.cipherFrom = origins["key_file"], origins["cipher"]
	return out, nil
}

// badValue finds the setting whose value is of the wrong kind. canbao.yaml and
// flags are checked where they are read, so it came from a variable.
func badValue(table []setting, origins map[string]origin, v *viper.Viper) error {
	for _, s := range table {
		if origins[s.name].kind != "variable" {
			continue
		}
		var err error
		switch s.def.(type) {
		case int:
			_, err = fmt.Sscanf(v.GetString(s.name)+" ", "%d ", new(int))
		case bool:
			_, err = fmt.Sscanf(v.GetString(s.name)+" ", "%t ", new(bool))
		}
		if err != nil {
			return s.refusal(origins[s.name].where, v.GetString(s.name))
		}
	}
	return wrong(refuse.Text{ZH: "设置的值不能读", EN: "a setting cannot be read"}, refuse.Text{})
}

// refusal says that value is none for the setting.
func (s setting) refusal(where, value string) error {
	do := refuse.Text{ZH: "应为" + s.help.ZH, EN: "expected " + s.help.EN}
	switch s.def.(type) {
	case int:
		do = refuse.Text{ZH: "应为不小于 0 的整数", EN: "expected a whole number from 0"}
	case bool:
		do = refuse.Text{ZH: "应为 true 或 false", EN: "expected true or false"}
	}
	return &refuse.Error{
		What: refuse.Text{
			ZH: fmt.Sprintf("设置 %s 的值“%s”无效", s.name, value),
			EN: fmt.Sprintf("setting %s cannot be %q", s.name, value),
		},
		Where: where, Do: do,
	}
}

var memoryForm = regexp.MustCompile(`^[0-9]+(\.[0-9]+)? ?([KMGT]i?B)$`)

func (s settings) validate(origins map[string]origin) error {
	values := map[string]string{"lang": s.Lang, "format": s.Format, "cipher": s.Cipher, "engine": s.Engine}
	for _, row := range settingTable {
		where := origins[row.name].where
		switch {
		case row.words != nil && !slices.Contains(row.words, values[row.name]):
			return row.refusal(where, values[row.name])
		case row.name == "keep_snapshots" && s.KeepSnapshots < 1:
			return row.refusal(where, fmt.Sprint(s.KeepSnapshots))
		case row.name == "threads" && s.Threads < 0:
			return row.refusal(where, fmt.Sprint(s.Threads))
		case row.name == "lake_buckets" && (s.LakeBuckets < 0 || s.LakeBuckets > lake.MostBuckets):
			return &refuse.Error{
				What: refuse.Text{
					ZH: fmt.Sprintf("设置 lake_buckets 的值“%d”无效", s.LakeBuckets),
					EN: fmt.Sprintf("setting lake_buckets cannot be %d", s.LakeBuckets),
				},
				Where: where,
				Do: refuse.Text{ZH: fmt.Sprintf("应为 0 到 %d 的整数", lake.MostBuckets),
					EN: fmt.Sprintf("expected a whole number from 0 to %d", lake.MostBuckets)},
			}
		case row.name == "memory_limit" && !memoryForm.MatchString(s.MemoryLimit):
			return &refuse.Error{
				What: refuse.Text{
					ZH: fmt.Sprintf("设置 memory_limit 的值“%s”无效", s.MemoryLimit),
					EN: fmt.Sprintf("setting memory_limit cannot be %q", s.MemoryLimit),
				},
				Where: where,
				Do:    refuse.Text{ZH: "应为如 1200MB、2GB", EN: "expected such as 1200MB or 2GB"},
			}
		case row.name == "wait" && s.wait() < 0:
			return &refuse.Error{
				What: refuse.Text{
					ZH: fmt.Sprintf("设置 wait 的值“%s”无效", s.Wait),
					EN: fmt.Sprintf("setting wait cannot be %q", s.Wait),
				},
				Where: where,
				Do:    refuse.Text{ZH: "应为如 30s、10m、2h", EN: "expected such as 30s, 10m or 2h"},
			}
		case row.name == "campaigns" && len(s.Campaigns) == 0:
			return row.refusal(where, "")
		}
	}
	return nil
}

// wait is the setting of that name, negative where it is none.
func (s settings) wait() time.Duration {
	d, err := time.ParseDuration(s.Wait)
	if err != nil {
		return -1
	}
	return d
}

// place makes the relative paths whole: those of canbao.yaml and the defaults
// start at the workspace, those of flags and variables at the current folder.
func (s *settings) place(dir string, origins map[string]origin) {
	join := func(name, path string) string {
		kind := origins[name].kind
		if path == "" || filepath.IsAbs(path) || kind == "flag" || kind == "variable" {
			return path
		}
		return filepath.Join(dir, path)
	}
	s.KeyFile = join("key_file", s.KeyFile)
	if !lake.IsStore(s.Lake) {
		s.Lake = join("lake", s.Lake)
	}
	s.Prose, s.Map, s.Tiles = join("prose", s.Prose), join("map", s.Map), join("tiles", s.Tiles)
	s.Cert, s.CertKey = join("cert", s.Cert), join("cert_key", s.CertKey)
	for i, c := range s.Campaigns {
		s.Campaigns[i] = join("campaigns", c)
	}
}
