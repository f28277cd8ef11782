//go:build !linux

package desk

// confine knows no limit that leaves alone what is only reserved: here the limit
// of the engine holds alone.
func confine(int64) error { return nil }
