package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"canbao/etl/refuse"
)

// verb adds what every verb has: settings are read before it runs, and only
// where it runs.
func (a *app) verb(use string, short refuse.Text, run func(cmd *cobra.Command, args []string) error) *cobra.Command {
	return &cobra.Command{
		Use:                   use,
		DisableFlagsInUseLine: true,
		Short:                 short.In(a.set.Lang),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, err := loadSettings(a.dir, settingsPath(a.dir), cmd.Flags())
			if err != nil {
				return err
			}
			a.set, a.name = set, strings.TrimPrefix(cmd.CommandPath(), "canbao ")
			return run(cmd, args)
		},
	}
}

// workspaceIs names the workspace of a verb that makes one. No settings file is
// read for it: that of the current folder is not its own, and what a former
// workspace left there is replaced or refused.
func (a *app) workspaceIs(cmd *cobra.Command, dir func(args []string) string, run func(cmd *cobra.Command) error) {
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		a.dir = dir(args)
		set, err := loadSettings(a.dir, "", cmd.Flags())
		if err != nil {
			return err
		}
		a.set, a.name = set, cmd.Name()
		return run(cmd)
	}
}

// root builds the command tree, all texts in the language of the run.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "canbao",
		Short:         a.text("城乡居民社会保险参保缴费进度通报", "progress bulletins of residents' social-insurance enrolment"),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          func(cmd *cobra.Command, args []string) error { return unknownVerb(cmd, args) },
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.errors)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return flagRefusal(cmd, err) })
	root.SetUsageFunc(a.usage)
	a.persistent(root.PersistentFlags())
	root.AddCommand(a.verbs()...)
	root.SetHelpCommand(a.helpVerb())
	return root
}

// persistent are the flags of every verb.
func (a *app) persistent(flags *pflag.FlagSet) {
	flags.StringVar(&a.dir, "workspace", workspaceDefault(), a.text("工作区文件夹", "workspace folder"))
	a.register(flags, every)
	flags.BoolP("help", "h", false, a.text("显示帮助", "show help"))
}

// takes adds the flags of a group to a verb.
func (a *app) takes(cmd *cobra.Command, g group) {
	a.register(cmd.Flags(), g)
	for _, s := range settingTable {
		if s.group == g && s.words != nil {
			words(cmd, s.flag(), s.words)
		}
	}
}

func (a *app) register(flags *pflag.FlagSet, g group) {
	for _, s := range settingTable {
		if s.group == g {
			s.register(flags, a.set.Lang)
		}
	}
}

// workspaceDefault is the workspace where no flag names one.
func workspaceDefault() string {
	if dir := os.Getenv("CANBAO_WORKSPACE"); dir != "" {
		return dir
	}
	return "."
}

// earlyLang finds the language before the arguments are understood, for help
// and for refusing them: flag, variable, canbao.yaml, Chinese.
func earlyLang(args []string) string {
	flags := pflag.NewFlagSet("early", pflag.ContinueOnError)
	flags.ParseErrorsAllowlist.UnknownFlags = true
	flags.Usage = func() {}
	lang := flags.String("lang", "", "")
	dir := flags.String("workspace", workspaceDefault(), "")
	flags.BoolP("help", "h", false, "")
	_ = flags.Parse(args) // the verb's own flags refuse what is wrong
	if *lang != "" {
		return *lang
	}
	if env := os.Getenv("CANBAO_LANG"); env != "" {
		return env
	}
	entries, err := readSettingsFile(settingsPath(*dir))
	if word, ok := entries["lang"].value.(string); err == nil && ok {
		return word
	}
	return "zh"
}

// unknownVerb refuses a first word that is no verb.
func unknownVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	do := refuse.Text{ZH: "用 canbao help 查看全部命令", EN: "canbao help lists the verbs"}
	cmd.SuggestionsMinimumDistance = 2
	if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
		do.ZH = "是否要用 " + strings.Join(like, "、") + "？" + do.ZH
		do.EN = "did you mean " + strings.Join(like, ", ") + "? " + do.EN
	}
	return wrong(refuse.Text{
		ZH: fmt.Sprintf("没有 %s 这个命令", args[0]),
		EN: fmt.Sprintf("%s is no verb", args[0]),
	}, do)
}

// arguments refuses any other number of arguments than from..to; to < 0 sets
// no limit. what names them.
func arguments(from, to int, what refuse.Text) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		do := refuse.Text{
			ZH: "用法：" + cmd.UseLine(),
			EN: "usage: " + cmd.UseLine(),
		}
		switch {
		case len(args) < from:
			return wrong(refuse.Text{ZH: cmd.Name() + " 缺少" + what.ZH, EN: cmd.Name() + " needs " + what.EN}, do)
		case to >= 0 && len(args) > to:
			return wrong(refuse.Text{
				ZH: fmt.Sprintf("%s 不认识参数“%s”", cmd.Name(), args[to]),
				EN: fmt.Sprintf("%s does not take %q", cmd.Name(), args[to]),
			}, do)
		}
		return nil
	}
}

// none refuses arguments of a verb that takes flags only.
func none() cobra.PositionalArgs { return arguments(0, 0, refuse.Text{}) }

// flagRefusal says in the person's language what pflag says in English.
func flagRefusal(cmd *cobra.Command, err error) error {
	do := refuse.Text{
		ZH: fmt.Sprintf("用 %s --help 查看用法", cmd.CommandPath()),
		EN: fmt.Sprintf("%s --help shows the usage", cmd.CommandPath()),
	}
	var unknown *pflag.NotExistError
	var needs *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	what := refuse.Text{ZH: "参数写法有误：" + err.Error(), EN: err.Error()}
	switch {
	case errors.As(err, &unknown):
		name := dashed(unknown.GetSpecifiedName())
		what = refuse.Text{ZH: "没有 " + name + " 这个选项", EN: name + " is no flag"}
	case errors.As(err, &needs):
		name := dashed(needs.GetSpecifiedName())
		what = refuse.Text{ZH: "选项 " + name + " 缺少值", EN: "flag " + name + " needs a value"}
	case errors.As(err, &invalid):
		name := dashed(invalid.GetFlag().Name)
		what = refuse.Text{
			ZH: fmt.Sprintf("选项 %s 的值“%s”无效", name, invalid.GetValue()),
			EN: fmt.Sprintf("flag %s cannot be %q", name, invalid.GetValue()),
		}
	}
	return &refuse.Error{What: what, Do: do, Err: err}
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// helpVerb is `canbao help VERB`.
func (a *app) helpVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "help [VERB]",
		Short: a.text("显示命令的用法", "show the usage of a verb"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Root().Help()
			}
			found, _, err := cmd.Root().Find(args)
			if err != nil || found == cmd.Root() {
				return unknownVerb(cmd.Root(), args)
			}
			return found.Help()
		},
	}
}
