// Package seal keeps identity: the person key that stands for a document
// number, and ciphertext for names, phones and rows held back.
//
// A person key is one block of AES-256 or SM4, as the key says, over the packed
// number: unique, joined as 128 bits, turned back only with the key. Texts are
// sealed with the same cipher in Galois counter mode.
package seal
