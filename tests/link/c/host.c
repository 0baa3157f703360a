/* A C program that calls into the Rust library. */
#include "cgocall-link-test.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1)
        link_test_deep();
    printf("%d\n", link_test_answer(21));
    return 0;
}
