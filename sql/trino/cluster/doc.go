// Package cluster runs a Trino cluster of processes of their own on loopback
// addresses: for the tests of what canbao does on one, and for trials.
//
// The server is not part of the program: `make cluster-test` fetches it.
package cluster
