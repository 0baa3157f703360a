package main

// #include "../../../c/work.h"
import "C"

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// So many pieces of work they do all in all, but each one at least.
const pieces = 100_000

// So many wait for a channel to be closed, all at once, again and again.
func parkMany(n int) {
	for range max(pieces/n, 1) {
		park(n)
	}
}

func park(n int) {
	closed := make(chan struct{})
	var arrived atomic.Int64
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			arrived.Add(1)
			<-closed
		})
	}
	for arrived.Load() < int64(n) {
		runtime.Gosched()
	}
	close(closed)
	wg.Wait()
}

func yieldMany(n int) []time.Duration {
	return crowd(n, runtime.Gosched)
}

func callMany(n int) []time.Duration {
	return crowd(n, func() {
		C.empty()
		runtime.Gosched()
	})
}

// They come in, wait for all to be there, do their part, and leave.
func crowd(n int, piece func()) []time.Duration {
	var inside, left atomic.Int64
	var open atomic.Bool
	var ended time.Time
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			inside.Add(1)
			for !open.Load() {
				runtime.Gosched()
			}
			for range max(pieces/n, 1) {
				piece()
			}
			if left.Add(1) == int64(n) {
				ended = time.Now()
			}
		})
	}
	for inside.Load() < int64(n) {
		runtime.Gosched()
	}
	began := time.Now()
	open.Store(true)
	wg.Wait()
	return []time.Duration{ended.Sub(began)}
}
