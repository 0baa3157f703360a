/* A C program that calls into the Rust library. */
#include "cgocall-link-test.h"

#include <stdio.h>

int main(void)
{
    printf("%d\n", link_test_answer(21));
    return 0;
}
