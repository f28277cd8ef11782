// Package flight is the wire: the published snapshot for every tool that speaks
// Arrow Flight SQL (ADBC, JDBC), over TLS.
//
// Whoever connects signs in with name and password, or a token, and asks at the
// desk like everybody else: the same snapshot, cut, limits, queue and record. An
// answer streams as the batches the engine made, and names its snapshot in the
// metadata of its schema.
package flight
