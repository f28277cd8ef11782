package trino

// fault says what an error of the engine means to the person who reads it.
func (db *DB) fault(err error) error { return err }
