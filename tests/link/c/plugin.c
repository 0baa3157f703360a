/* A host that knows the callbacks from its own header, and from the generated one. */
#include "plugin.h"

#include "cgocall-link-test.h"

int link_test_run(unsigned long long last)
{
    int sum = 0;
    for (unsigned long long n = 1; n <= last; n++)
        if (link_test_on_row(&sum, n))
            return -1;
    return sum + (int)link_test_on_block("four", 4);
}
