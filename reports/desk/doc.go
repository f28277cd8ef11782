// Package desk is where questions to the published figures are handed in.
//
// It holds the current snapshot open for those who read it and takes up the next
// one; lets in as many queries at once as there may be and queues the others
// fairly; runs each in an engine of its own within the limits of the asker's
// role; and writes down who asked what. Whoever may see a part of the city only
// is handed a file that holds no more than that part.
package desk
