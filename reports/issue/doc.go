// Package issue freezes bulletins: what was issued stays as it was, with the
// figures it rests on and the files those were made from, and what is issued
// again under the same number tells every figure that changed, and why. A folder
// per campaign, number and revision; manifest.json in it tells the rest.
package issue
