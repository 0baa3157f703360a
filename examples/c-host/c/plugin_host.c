/* A C program that opens the library while it runs. */
#include <tally.h>

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* A function of the library by its name; C has no cast from what dlsym returns. */
#define LOAD(function) \
    do { \
        void *symbol = dlsym(library, #function); \
        if (symbol == NULL) { \
            fprintf(stderr, "%s\n", dlerror()); \
            return 1; \
        } \
        memcpy(&function, &symbol, sizeof symbol); \
    } while (0)

int main(int argc, char **argv)
{
    Tally *(*tally_new)(void);
    uint64_t (*tally_add)(Tally *, cgo_str);
    int (*tally_add_file)(Tally *, cgo_str, uint64_t *);
    const char *(*tally_add_file_error)(void);
    cgo_string (*tally_report)(const Tally *, Order, size_t);
    void (*tally_free)(Tally *);
    void *library = dlopen(argc > 1 ? argv[1] : "libtally.so", RTLD_NOW | RTLD_LOCAL);
    Tally *tally;
    cgo_string report;

    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    LOAD(tally_new);
    LOAD(tally_add);
    LOAD(tally_add_file);
    LOAD(tally_add_file_error);
    LOAD(tally_report);
    LOAD(tally_free);
    tally = tally_new();
    tally_add(tally, cgo_str_of("a rose is a rose"));
    if (tally_add_file(tally, cgo_str_of("/no/such/file"), NULL) != 0)
        printf("error: %s\n", tally_add_file_error());
    report = tally_report(tally, Order_Alphabetic, 2);
    printf("%s", report.data);
    cgo_string_free(report);
    tally_free(tally);
    return 0;
}
