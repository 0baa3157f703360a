package main

import (
	"runtime"
	"sync"
	"sync/atomic"
)

func yield(n int) {
	for range n {
		runtime.Gosched()
	}
}

func spawnJoin(n int) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {})
		wg.Wait()
	}
}

func pingpong(n int) {
	ping, pong := make(chan struct{}), make(chan struct{})
	go func() {
		for ball := range ping {
			pong <- ball
		}
	}()
	for range n {
		ping <- struct{}{}
		<-pong
	}
	close(ping)
}

// So many wait for a channel to be closed, all at once.
func parked(n int) {
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
