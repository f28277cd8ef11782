package cluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// JDK finds the home of a JDK the server runs on: that of CANBAO_JAVA_HOME or
// JAVA_HOME, or the newest of those installed.
func JDK() (string, error) {
	homes := []string{os.Getenv("CANBAO_JAVA_HOME"), os.Getenv("JAVA_HOME")}
	installed, _ := filepath.Glob("/usr/lib/jvm/*")
	for _, home := range append(homes, installed...) {
		if home != "" && atLeast(home, 24) {
			return home, nil
		}
	}
	return "", errors.New("find a JDK: none of version 24 or later; name its home in CANBAO_JAVA_HOME")
}

// atLeast reads the version from the file release that every JDK has.
func atLeast(home string, version int) bool {
	text, err := os.ReadFile(filepath.Join(home, "release"))
	if err != nil {
		return false
	}
	_, rest, ok := strings.Cut(string(text), `JAVA_VERSION="`)
	var number int
	_, err = fmt.Sscanf(rest, "%d", &number)
	return ok && err == nil && number >= version
}
