package main

import (
	"encoding/binary"
	"math/bits"
)

// Keys have the rows that kvd gives them: 55 bits of SipHash-1-3, and 8 that tell keys of one hash apart.
type places struct{ k0, k1 uint64 }

const same = 256

func (p places) of(key []byte) (first, last int64) {
	first = int64(p.hash(key) >> 9 << 8)
	return first, first + same - 1
}

func (p places) hash(text []byte) uint64 {
	v0, v1 := p.k0^0x736f6d6570736575, p.k1^0x646f72616e646f6d
	v2, v3 := p.k0^0x6c7967656e657261, p.k1^0x7465646279746573
	round := func() {
		v0 += v1
		v1 = bits.RotateLeft64(v1, 13) ^ v0
		v0 = bits.RotateLeft64(v0, 32)
		v2 += v3
		v3 = bits.RotateLeft64(v3, 16) ^ v2
		v0 += v3
		v3 = bits.RotateLeft64(v3, 21) ^ v0
		v2 += v1
		v1 = bits.RotateLeft64(v1, 17) ^ v2
		v2 = bits.RotateLeft64(v2, 32)
	}
	last := uint64(len(text)) << 56
	for ; len(text) >= 8; text = text[8:] {
		word := binary.LittleEndian.Uint64(text)
		v3 ^= word
		round()
		v0 ^= word
	}
	for i, c := range text {
		last |= uint64(c) << (8 * i)
	}
	v3 ^= last
	round()
	v0 ^= last
	v2 ^= 0xff
	round()
	round()
	round()
	return v0 ^ v1 ^ v2 ^ v3
}
