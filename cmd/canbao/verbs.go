package main

import "github.com/spf13/cobra"

// verbs are all verbs, in the order a newcomer meets them.
func (a *app) verbs() []*cobra.Command {
	cobra.EnableCommandSorting = false
	return []*cobra.Command{
		a.initVerb(),
		a.loadVerb(),
		a.quarantineVerb(),
		a.versionVerb(),
		a.completionVerb(),
	}
}
