// kvd's protocol and store in Go with cgo: a goroutine for each connection, and one that writes.
package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		fail("the folder of the database is wanted, and nothing else")
	}
	store, err := openStore(os.Args[1])
	if err != nil {
		fail(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	fmt.Println("kvd: ready to accept connections on", listener.Addr())
	for {
		conn, err := listener.Accept()
		if err != nil {
			// The client has gone already; or there are no more files, until somebody else goes.
			time.Sleep(10 * time.Millisecond)
			continue
		}
		go serve(conn, store)
	}
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, "kvd:", why)
	os.Exit(1)
}

// So much is read at a time, at least.
const input = 4 << 10

func serve(conn net.Conn, store *store) {
	defer conn.Close()
	var parser parser
	job := job{done: make(chan struct{}, 1)}
	buffer := make([]byte, 0, input)
	for {
		if cap(buffer)-len(buffer) < input {
			buffer = append(make([]byte, 0, 2*cap(buffer)+input), buffer...)
		}
		n, err := conn.Read(buffer[len(buffer):cap(buffer)])
		if err != nil {
			return
		}
		buffer = buffer[:len(buffer)+n]
		requests, parsed, wrong := parser.parse(buffer)
		for len(requests) > 0 {
			kind, same := requests[0].kind(), 1
			for same < len(requests) && requests[same].kind() == kind {
				same++
			}
			switch kind {
			case plain:
				for _, request := range requests[:same] {
					job.out = answer(request, job.out)
				}
			case read:
				job.out = store.read(requests[:same], job.out)
			case write:
				job.requests = requests[:same]
				store.jobs <- &job
				<-job.done
			}
			requests = requests[same:]
		}
		if wrong != "" {
			job.out = replyError(job.out, "ERR Protocol error: "+wrong)
		}
		if len(job.out) > 0 {
			if _, err := conn.Write(job.out); err != nil {
				return
			}
			job.out = job.out[:0]
		}
		if wrong != "" {
			return
		}
		buffer = buffer[:copy(buffer, buffer[parsed:])]
	}
}

// What needs no store, or is wrong.
func answer(request request, out []byte) []byte {
	switch command := request.command(); {
	case command == ping && len(request) == 1:
		return append(out, "+PONG\r\n"...)
	case command == ping && len(request) == 2:
		return replyBulk(out, request[1])
	case command != unknown:
		return replyError(out, "ERR wrong number of arguments")
	}
	name := request[0][:min(len(request[0]), 128)]
	return replyError(out, fmt.Sprintf("ERR unknown command '%s'", bytes.Map(printable, name)))
}

func printable(r rune) rune {
	if r < ' ' {
		return ' '
	}
	return r
}
