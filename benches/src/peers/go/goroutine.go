package main

import (
	"runtime"
	"sync"
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
