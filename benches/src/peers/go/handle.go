package main

import (
	"runtime/cgo"
	"sync"
	"time"
)

var handles = sync.OnceValue(func() []cgo.Handle {
	handles := make([]cgo.Handle, 100_000)
	for i := range handles {
		handles[i] = cgo.NewHandle(uint32(i))
	}
	return handles
})

func handleGet(n int) []time.Duration {
	handles := handles()
	// In between, the other peers' work was done on these caches.
	lookUpByTwo(handles, len(handles))
	start := time.Now()
	lookUpByTwo(handles, n)
	return []time.Duration{time.Since(start)}
}

func lookUpByTwo(handles []cgo.Handle, times int) {
	var wg sync.WaitGroup
	for seed := range uint32(2) {
		wg.Go(func() { lookUp(handles, times, seed+1) })
	}
	wg.Wait()
}

// Each value that is found is read.
func lookUp(handles []cgo.Handle, times int, seed uint32) {
	random, sum := seed, uint32(0)
	for range times {
		random = random*1_664_525 + 1_013_904_223
		at := uint64(random) * uint64(len(handles)) >> 32
		sum ^= handles[at].Value().(uint32)
	}
	if sum == 1 {
		println()
	}
}
