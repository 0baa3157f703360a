package main

// #include "../../../c/work.h"
import "C"

import (
	"runtime"
	"sync/atomic"
	"time"
)

func startUnderC(n int) []time.Duration {
	return startUnder(n, func() { C.nap(100000) })
}

func startUnderLoop(n int) []time.Duration {
	return startUnder(n, func() {
		for start := time.Now(); time.Since(start) < 100*time.Millisecond; {
		}
	})
}

// What a goroutine waits for its start while the one that spawned it does something else.
func startUnder(n int, busy func()) (delays []time.Duration) {
	for range n {
		delay := make(chan time.Duration, 1)
		done := make(chan struct{})
		go func() {
			spawned := time.Now()
			go func() { delay <- time.Since(spawned) }()
			busy()
			close(done)
		}()
		<-done
		delays = append(delays, <-delay)
	}
	return delays
}

// The longest that a started goroutine waits, during each call of 5 ms that another one makes.
func tickUnderBlocking(n int) (waits []time.Duration) {
	var longest atomic.Int64
	var stop atomic.Bool
	stopped := make(chan struct{})
	go func() {
		for last := time.Now(); !stop.Load(); {
			runtime.Gosched()
			now := time.Now()
			longest.Store(max(longest.Load(), int64(now.Sub(last))))
			last = now
		}
		close(stopped)
	}()
	for longest.Load() == 0 {
		runtime.Gosched()
	}
	for range n {
		longest.Store(0)
		C.nap(5000)
		waits = append(waits, time.Duration(longest.Load()))
	}
	stop.Store(true)
	<-stopped
	return waits
}
