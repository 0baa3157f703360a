package main

// #include "../../../c/work.h"
import "C"

import (
	"runtime"
	"sync/atomic"
	"time"
)

func startUnderFirstC(n int) []time.Duration {
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

func startUnderKnownC(n int) []time.Duration {
	C.nap(0)
	C.nap(0)
	return startUnderFirstC(n)
}

func latencyAlone(n int) []time.Duration {
	return tickUnder(n, func() {
		for start := time.Now(); time.Since(start) < 5*time.Millisecond; {
			runtime.Gosched()
		}
	})
}

func latencyUnderC(n int) []time.Duration {
	return tickUnder(n, func() { C.nap(5000) })
}

func latencyUnderFirstC(n int) []time.Duration {
	return tickUnder(n, func() { C.nap(100000) })
}

// The longest that a started goroutine waits from one tick to the next, whenever another one makes a call.
func tickUnder(n int, call func()) (waits []time.Duration) {
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
	// Until it has ticked, which also ends the wait that the call's end was in.
	tick := func() int64 {
		before := longest.Swap(0)
		for longest.Load() == 0 {
			runtime.Gosched()
		}
		return max(before, longest.Load())
	}
	tick()
	for range n {
		longest.Store(0)
		call()
		waits = append(waits, time.Duration(tick()))
	}
	stop.Store(true)
	<-stopped
	return waits
}
