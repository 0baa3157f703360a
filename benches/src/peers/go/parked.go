package main

// #include "../../../c/work.h"
// int waitUntilClosed(int n);
import "C"

import (
	"runtime"
	"sync"
	"sync/atomic"
)

var (
	gate   chan struct{}
	inside atomic.Int64
)

//export waitUntilClosed
func waitUntilClosed(n C.int) C.int {
	inside.Add(1)
	<-gate
	return n
}

// So many wait inside a callback, with C between them and what started them. Each holds a thread meanwhile.
func parkedInCallback(n int) {
	gate = make(chan struct{})
	inside.Store(0)
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() { C.call_back(C.callback(C.waitUntilClosed), 1) })
	}
	for inside.Load() < int64(n) {
		runtime.Gosched()
	}
	close(gate)
	wg.Wait()
}
