/* A C program that links the library. */
#include <tally.h>

#include <inttypes.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    Tally *tally = tally_new();
    uint64_t words = 0;
    tally_total_result total;
    cgo_option_uint64_t count;
    cgo_string report;
    cgo_vec_uint64_t counts;
    size_t i;

    tally_add(tally, cgo_str_of("The cat and the hat"));
    if (tally_add_file(tally, cgo_str_of("/no/such/file"), &words) != 0)
        printf("error: %s\n", tally_last_error());
    if (argc > 1 && tally_add_files(tally, (const char *const *)(argv + 1), (size_t)argc - 1, &words) != 0) {
        fprintf(stderr, "%s\n", tally_last_error());
        tally_free(tally);
        return 1;
    }
    printf("words in files: %" PRIu64 "\n", words);
    total = tally_total(tally);
    printf("words: %" PRIu64 ", different: %zu\n", total.r0, total.r1);
    count = tally_count(tally, cgo_str_of("the"));
    printf("the: %" PRIu64 "\n", count.has ? count.value : 0);
    printf("dog: %s\n", tally_count(tally, cgo_str_of("dog")).has ? "yes" : "no");
    report = tally_report(tally, Order_Frequent, 3);
    printf("%s", report.data);
    cgo_string_free(report);
    counts = tally_counts(tally);
    for (i = 0; i < counts.len; i++)
        printf("%s%" PRIu64, i == 0 ? "" : " ", counts.data[i]);
    printf("\n");
    cgo_vec_uint64_t_free(counts);
    tally_free(tally);
    return 0;
}
