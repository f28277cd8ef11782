//go:build race

package source

// raceDetector leaves out large tests: it slows them tenfold.
const raceDetector = true
