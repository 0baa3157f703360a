package main

// #include <stdlib.h>
// #include "../../../c/work.h"
import "C"

import (
	"sync"
	"unsafe"
)

func callEmpty(n int) {
	for range n {
		C.empty()
	}
}

func callAdd(n int) {
	for range n {
		C.add(1, 2)
	}
}

func callStr(n int) {
	for range n {
		text := C.CString("eleven byte")
		C.first(text)
		C.free(unsafe.Pointer(text))
	}
}

func callErrno(n int) {
	for range n {
		if _, err := C.fail(); err == nil {
			panic("fail has succeeded")
		}
	}
}

func twoThousandNaps(n int) {
	for range n {
		var naps sync.WaitGroup
		for range 2000 {
			naps.Go(func() { C.nap(1000) })
		}
		naps.Wait()
	}
}
