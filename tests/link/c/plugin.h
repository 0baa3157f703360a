/* What the library must define for a host; see plugin.c. */
#ifndef PLUGIN_H
#define PLUGIN_H

#include <stddef.h>

int link_test_on_row(void *sum, unsigned long long n);
size_t link_test_on_block(const char *bytes, size_t length);
int link_test_run(unsigned long long last);

#endif
