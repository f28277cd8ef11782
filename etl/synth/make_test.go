package synth

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func make5(t *testing.T, o Options) (*Made, string) {
	t.Helper()
	o.Dir = t.TempDir()
	made, err := Make(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return made, hashes(t, o.Dir)
}

// hashes are the names and hashes of all files below a folder.
func hashes(t *testing.T, dir string) string {
	t.Helper()
	out := ""
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out += fmt.Sprintf("%s %x\n", rel, sha256.Sum256(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSameSeedSameBytes(t *testing.T) {
	_, one := make5(t, Options{People: 3000, Seed: 7, Workers: 1})
	_, many := make5(t, Options{People: 3000, Seed: 7, Workers: 5, KeepTruth: true})
	if one != many {
		t.Errorf("the number of workers changes the files:\n%s\n%s", one, many)
	}
	if _, other := make5(t, Options{People: 3000, Seed: 8}); other == one {
		t.Error("another seed makes the same files")
	}
}
