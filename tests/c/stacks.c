#define _GNU_SOURCE
#include "stacks.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

int runs_on_thread_stack(void) {
	pthread_attr_t attr;
	void *low;
	size_t size;
	if (pthread_getattr_np(pthread_self(), &attr) != 0)
		return 0;
	pthread_attr_getstack(&attr, &low, &size);
	pthread_attr_destroy(&attr);
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	return here - (uintptr_t)low < size;
}

long on_thread_stack(callback cb, void *ctx, long n) {
	volatile unsigned char frame[4 << 10];
	if (!runs_on_thread_stack())
		return -1;
	memset((void *)frame, (int)(n & 0xff), sizeof frame);
	long result = cb(ctx, n);
	for (size_t i = 0; i < sizeof frame; i++)
		if (frame[i] != (n & 0xff))
			return -1;
	return runs_on_thread_stack() ? result : -1;
}

/* 512 bytes that only this call knows. */
long with_small_frame(callback cb, void *ctx, long n) {
	volatile unsigned long frame[64];
	for (size_t i = 0; i < 64; i++)
		frame[i] = (unsigned long)n * 64 + i;
	long result = cb(ctx, n);
	for (size_t i = 0; i < 64; i++)
		if (frame[i] != (unsigned long)n * 64 + i)
			return -1;
	return result;
}

/* 6 MiB of locals, all of which are used. */
long with_deep_frame(callback cb, void *ctx, long n) {
	volatile unsigned char frame[6 << 20];
	memset((void *)frame, (int)(n & 0xff), sizeof frame);
	long result = cb(ctx, n);
	for (size_t i = 0; i < sizeof frame; i += 4096)
		if (frame[i] != (n & 0xff))
			return -1;
	return result;
}
