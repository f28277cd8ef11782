package main

import (
	"strings"

	"github.com/spf13/cobra"

	"canbao/etl/refuse"
)

var shells = []string{"bash", "zsh", "fish", "powershell"}

func (a *app) completionVerb() *cobra.Command {
	list := strings.Join(shells, "|")
	cmd := &cobra.Command{
		Use:       "completion " + list,
		Short:     a.text("打印命令行补全脚本", "print the shell's completion script"),
		Example:   "  source <(canbao completion bash)",
		ValidArgs: shells,
		Args:      arguments(1, 1, refuse.Text{ZH: "外壳的名字", EN: "the name of the shell"}),
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.out, true)
			case "zsh":
				return root.GenZshCompletion(a.out)
			case "fish":
				return root.GenFishCompletion(a.out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.out)
			}
			return wrong(
				refuse.Text{ZH: "没有 " + args[0] + " 的补全脚本", EN: "there is no completion script for " + args[0]},
				refuse.Text{ZH: "可用的有 " + list, EN: "there is " + list})
		},
	}
	return cmd
}
