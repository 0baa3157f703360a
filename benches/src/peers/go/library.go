package main

// #include <stdlib.h>
// #include <unistd.h>
// int byValue(void *a, void *b);
import "C"

import (
	"sync"
	"syscall"
	"unsafe"
)

// As in src/peers/mod.rs.
var unsorted = sync.OnceValue(func() (numbers [1000]C.int) {
	random := uint32(1)
	for i := range numbers {
		random = random*1_664_525 + 1_013_904_223
		numbers[i] = C.int(random >> 8)
	}
	return numbers
})

//export byValue
func byValue(a, b unsafe.Pointer) C.int {
	x, y := *(*C.int)(a), *(*C.int)(b)
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func sorts(n int) {
	for range n {
		numbers := unsorted()
		C.qsort(unsafe.Pointer(&numbers[0]), 1000, 4, (*[0]byte)(C.byValue))
	}
}

func throughAPipe(n int) {
	var ends [2]int
	if err := syscall.Pipe(ends[:]); err != nil {
		panic(err)
	}
	bytes := []byte("8 bytes.")
	for range n {
		if C.write(C.int(ends[1]), unsafe.Pointer(&bytes[0]), 8) != 8 {
			panic("write")
		}
		if C.read(C.int(ends[0]), unsafe.Pointer(&bytes[0]), 8) != 8 {
			panic("read")
		}
	}
	syscall.Close(ends[0])
	syscall.Close(ends[1])
}

// The same without C.
func throughAPipeAlone(n int) {
	var ends [2]int
	if err := syscall.Pipe(ends[:]); err != nil {
		panic(err)
	}
	bytes := []byte("8 bytes.")
	for range n {
		if n, err := syscall.Write(ends[1], bytes); n != 8 {
			panic(err)
		}
		if n, err := syscall.Read(ends[0], bytes); n != 8 {
			panic(err)
		}
	}
	syscall.Close(ends[0])
	syscall.Close(ends[1])
}
