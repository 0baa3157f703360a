package main

// #include "../../../c/work.h"
// int onCall(int n);
import "C"
import "time"

//export onCall
func onCall(n C.int) C.int {
	return n + 1
}

func callback(n int) {
	C.call_back_times(C.callback(C.onCall), C.int(n))
}

func callbackCThread(n int) []time.Duration {
	return []time.Duration{time.Duration(C.thread_calls_back(C.callback(C.onCall), C.int(n)))}
}

func cthreadAttach(n int) []time.Duration {
	return []time.Duration{time.Duration(C.threads_call_back(C.callback(C.onCall), C.int(n)))}
}

func callCallback(n int) {
	for range n {
		C.call_back(C.callback(C.onCall), 1)
	}
}
