//go:build race

package source

// raceDetector makes large tests smaller: it slows them tenfold.
const raceDetector = true
