// The same work in Go, on as many Ps as there are cores. How a peer is spoken to is told in src/peer.rs.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"time"
)

type work struct {
	name string
	run  func(n int) []time.Duration
}

var works = []work{
	{"call_empty", timed(callEmpty)},
	{"call_add", timed(callAdd)},
	{"call_errno", timed(callErrno)},
	{"call_str", timed(callStr)},
	{"callback", timed(callback)},
	{"call_callback", timed(callCallback)},
	{"cthread_callback", cthreadCallback},
	{"attach_detach", attachDetach},
	{"yield", timed(yield)},
	{"spawn_join", timed(spawnJoin)},
	{"pingpong", timed(pingpong)},
	{"million", timed(parked)},
	{"handle_get", timed(handleGet)},
	{"blocking_2000", timed(twoThousandNaps)},
	{"start_under_c", startUnderC},
	{"start_under_loop", startUnderLoop},
	{"start_under_known_c", startUnderKnownC},
	{"tick_alone", tickAlone},
	{"tick_under_c", tickUnderC},
	{"tick_under_first_c", tickUnderFirstC},
}

func timed(run func(n int)) func(n int) []time.Duration {
	return func(n int) []time.Duration {
		start := time.Now()
		run(n)
		return []time.Duration{time.Since(start)}
	}
}

func main() {
	names := make([]string, len(works))
	runs := make(map[string]func(n int) []time.Duration)
	for i, w := range works {
		names[i] = w.name
		runs[w.name] = w.run
	}
	fmt.Println(strings.Join(names, " "))

	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var name string
		var n int
		if _, err := fmt.Sscan(lines.Text(), &name, &n); err != nil {
			panic(err)
		}
		var ns []string
		for _, took := range runs[name](n) {
			ns = append(ns, fmt.Sprint(took.Nanoseconds()))
		}
		fmt.Println(strings.Join(ns, " "))
	}
}
