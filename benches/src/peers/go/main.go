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
	{"callback_cthread", callbackCThread},
	{"cthread_attach", cthreadAttach},
	{"yield", timed(yield)},
	{"spawn_join", timed(spawnJoin)},
	{"pingpong", timed(pingpong)},
	{"handle_get", handleGet},
	{"blocking_2000", timed(twoThousandNaps)},
	{"qsort_1000", timed(sorts)},
	{"read_write_8b", timed(throughAPipe)},
	{"sqlite_insert/1", among(1, database.insertOne)},
	{"sqlite_insert/10", among(10, database.insertOne)},
	{"sqlite_insert/1000", among(1000, database.insertOne)},
	{"sqlite_point_read/1", among(1, database.readOne)},
	{"sqlite_point_read/10", among(10, database.readOne)},
	{"sqlite_point_read/1000", among(1000, database.readOne)},
	{"park_many", timed(parkMany)},
	{"yield_many", yieldMany},
	{"call_many", callMany},
	{"parked_in_callback", timed(parkedInCallback)},
	{"start_under_first_c", startUnderFirstC},
	{"start_under_known_c", startUnderKnownC},
	{"start_under_loop", startUnderLoop},
	{"latency_alone", latencyAlone},
	{"latency_under_c", latencyUnderC},
	{"latency_under_undeclared", latencyUnderC},
	{"latency_under_first_c", latencyUnderFirstC},
}

// What needs no C.
var alone = []work{
	{"read_write_8b", timed(throughAPipeAlone)},
}

func timed(run func(n int)) func(n int) []time.Duration {
	return func(n int) []time.Duration {
		start := time.Now()
		run(n)
		return []time.Duration{time.Since(start)}
	}
}

func main() {
	if len(os.Args) > 1 {
		works = alone
	}
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
