package main

import "github.com/spf13/cobra"

// verbs are all verbs, in the order a newcomer meets them.
func (a *app) verbs() []*cobra.Command {
	cobra.EnableCommandSorting = false
	return []*cobra.Command{
		a.demoVerb(),
		a.initVerb(),
		a.loadVerb(),
		a.loadsVerb(),
		a.unloadVerb(),
		a.buildVerb(),
		a.statusVerb(),
		a.rankingVerb(),
		a.scoreVerb(),
		a.bulletinVerb(),
		a.issueVerb(),
		a.worklistVerb(),
		a.reconcileVerb(),
		a.checkVerb(),
		a.quarantineVerb(),
		a.tablesVerb(),
		a.describeVerb(),
		a.queryVerb(),
		a.shellVerb(),
		a.serveVerb(),
		a.userVerb(),
		a.auditVerb(),
		a.keyVerb(),
		a.lakeVerb(),
		a.versionVerb(),
		a.completionVerb(),
	}
}
