// Package models turns the private warehouse into a published snapshot.
//
// It reads what is assessed (campaign.yaml), orders the SQL models by the
// references DuckDB's own parser finds, runs them with their checks, scores the
// towns in exact fractions, and flips the CURRENT pointer to a new file that
// holds the schemas mart and ref only.
package models
