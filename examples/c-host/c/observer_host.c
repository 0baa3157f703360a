/* A C program that implements the library's traits: one for a call, one for as long as the library wants it. */
#include <tally.h>

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct counter {
    int new_words;
    int drops;
    uint64_t words;
};

static void new_word(void *user_data, cgo_str word)
{
    struct counter *counter = user_data;
    counter->new_words++;
    printf("new: %.*s\n", (int)word.len, word.data);
}

static void counted(void *user_data, uint64_t words)
{
    struct counter *counter = user_data;
    counter->words += words;
}

static void dropped(void *user_data)
{
    struct counter *counter = user_data;
    counter->drops++;
}

/* Shows as many words as it is told, and no more. */
static bool show(void *user_data, cgo_str word, uint64_t count)
{
    int *left = user_data;
    printf("%.*s: %" PRIu64 "\n", (int)word.len, word.data, count);
    return --*left > 0;
}

static void *on_a_thread(void *tally)
{
    int left = 1;
    Visitor visitor = {NULL, show, NULL};
    visitor.user_data = &left;
    tally_add(tally, cgo_str_of("a thread of C"));
    tally_visit(tally, Order_Alphabetic, &visitor);
    return NULL;
}

int main(void)
{
    struct counter counter = {0, 0, 0};
    Tally *tally = tally_new();
    pthread_t thread;
    int left = 2;
    size_t seen;

    {
        /* The library has a copy; what the copy points to is the library's until it drops it. */
        Observer observer = {NULL, new_word, counted, dropped};
        observer.user_data = &counter;
        tally_observe(tally, &observer);
    }
    tally_add(tally, cgo_str_of("a cat and a hat"));
    if (pthread_create(&thread, NULL, on_a_thread, tally) != 0)
        return EXIT_FAILURE;
    pthread_join(thread, NULL);
    {
        Visitor visitor = {NULL, show, NULL};
        visitor.user_data = &left;
        seen = tally_visit(tally, Order_Frequent, &visitor);
    }
    printf("seen: %zu, new words: %d, words: %" PRIu64 ", drops: %d\n", seen, counter.new_words, counter.words,
           counter.drops);
    tally_observe(tally, NULL);
    printf("drops: %d\n", counter.drops);
    {
        /* One that need not be told when a text is done, and has nothing to drop. */
        Observer observer = {NULL, new_word, NULL, NULL};
        observer.user_data = &counter;
        tally_observe(tally, &observer);
    }
    tally_add(tally, cgo_str_of("and a dog"));
    tally_free(tally);
    printf("new words: %d, drops: %d\n", counter.new_words, counter.drops);
    return 0;
}
