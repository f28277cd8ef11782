// Package export writes the bulletin of package reports in the formats an
// office asks for beside the page.
package export
