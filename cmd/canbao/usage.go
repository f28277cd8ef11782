package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// usage prints how a verb is used, in the language of the run.
func (a *app) usage(cmd *cobra.Command) error {
	var b strings.Builder
	line := cmd.UseLine()
	if cmd.HasAvailableSubCommands() {
		line = cmd.CommandPath() + " " + a.text("命令", "VERB")
	}
	fmt.Fprintf(&b, "%s:\n  %s\n", a.text("用法", "Usage"), line)
	if cmd.HasExample() {
		fmt.Fprintf(&b, "\n%s:\n%s\n", a.text("示例", "Example"), cmd.Example)
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\n%s:\n", a.text("命令", "Verbs"))
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %-*s %s\n", cmd.NamePadding()+2, c.Name(), c.Short)
			}
		}
	}
	a.flagUsage(&b, a.text("选项", "Flags"), cmd.LocalFlags())
	a.flagUsage(&b, a.text("通用选项", "Flags of every verb"), cmd.InheritedFlags())
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\n%s\n", cmd.CommandPath()+a.text(" 命令 --help 查看某个命令的用法。", " VERB --help shows the usage of a verb."))
	}
	_, err := fmt.Fprint(cmd.OutOrStderr(), b.String())
	return err
}

// flagUsage lists flags with what they are for and their defaults.
func (a *app) flagUsage(b *strings.Builder, title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	var names, texts []string
	width := 0
	flags.VisitAll(func(f *pflag.Flag) {
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if f.Value.Type() != "bool" {
			name += " " + placeholder(f.Name)
		}
		text := f.Usage
		switch f.DefValue {
		case "", "0", "false", "[]":
		default:
			text += a.text("（默认 ", " (default ") + strings.Trim(f.DefValue, "[]") + a.text("）", ")")
		}
		names, texts = append(names, name), append(texts, text)
		width = max(width, len(name))
	})
	fmt.Fprintf(b, "\n%s:\n", title)
	for i, name := range names {
		fmt.Fprintf(b, "  %-*s  %s\n", width, name, texts[i])
	}
}

// placeholder is what stands for the value of a flag.
func placeholder(flag string) string {
	for value, flags := range map[string]string{
		"DAY": "as-of", "DIR": "workspace out", "ID": "item campaign", "CODE": "under area",
		"N": "people seed days threads", "FILE": "campaigns key-file file", "SIZE": "memory-limit", "NAME": "dataset",
	} {
		if slices.Contains(strings.Fields(flags), flag) {
			return value
		}
	}
	return strings.ToUpper(flag)
}
