// Package seal keeps identity: the person key that stands for a document
// number, and ciphertext for names, phones and rows held back.
//
// A person key is one AES-256 block over the packed number: unique, joined as
// 128 bits, turned back only with the key. Texts are sealed with AES-256-GCM.
package seal
