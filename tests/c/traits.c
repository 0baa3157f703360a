#include "traits.h"

#include "cgocall-tests.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(condition) \
    do { \
        if (!(condition)) \
            return __LINE__; \
    } while (0)

struct log {
    int lines;
    char last[16];
};

static void log_write(void *user_data, cgo_str text)
{
    struct log *log = user_data;
    log->lines++;
    memcpy(log->last, text.data, text.len);
    log->last[text.len] = '\0';
}

static int log_count(void *user_data)
{
    return ((struct log *)user_data)->lines;
}

static int log_before(void *user_data)
{
    (void)user_data;
    return 9;
}

static int log_twice(void *user_data, cgo_str text)
{
    (void)user_data;
    return (int)text.len;
}

static int drops;

static void log_drop(void *user_data)
{
    (void)user_data;
    drops++;
}

int traits_borrowed(void)
{
    struct log state = {0, ""};
    TestsLog log = {&state, log_write, log_count, NULL, NULL, log_drop};
    TestsLog full = {&state, log_write, log_count, log_before, log_twice, NULL};

    CHECK(tests_log(&log) == 104); /* 2 - 1, and 4 lines then */
    CHECK(strcmp(state.last, "again") == 0);
    CHECK(tests_log(&full) == 901);
    CHECK(state.lines == 6);
    CHECK(tests_log_count(&log) == 6);
    CHECK(tests_log_count(NULL) == -1);
    CHECK(tests_log_if_any(&log));
    CHECK(!tests_log_if_any(NULL));
    CHECK(strcmp(state.last, "if any") == 0);
    CHECK(drops == 0);
    return 0;
}

int traits_lends_without_write(void)
{
    TestsLog log = {NULL, NULL, log_count, NULL, NULL, NULL};
    return tests_log(&log);
}

int traits_lends_null(void)
{
    return tests_log(NULL);
}

int traits_lends_unaligned(void)
{
    return tests_log((const TestsLog *)1);
}

static double values_add(void *user_data, int a, double b)
{
    (void)user_data;
    return a + b;
}

static bool values_is_even(void *user_data, uint64_t number)
{
    (void)user_data;
    return number % 2 == 0;
}

static idtype_t values_other(void *user_data, idtype_t which)
{
    (void)user_data;
    return which == P_ALL ? P_PID : P_ALL;
}

static size_t values_double(void *user_data, const int *from, size_t from_len, int *to, size_t to_len)
{
    size_t i;
    (void)user_data;
    for (i = 0; i < from_len && i < to_len; i++)
        to[i] = 2 * from[i];
    return i;
}

struct owned {
    int is_right;
};

static void values_own(void *user_data, cgo_string text, cgo_vec_uint32_t numbers, cgo_option_uint32_t maybe,
                       cgo_str nothing)
{
    struct owned *owned = user_data;
    owned->is_right = strcmp(text.data, "owned") == 0 && numbers.len == 3 && numbers.data[2] == 3 && maybe.has &&
                      maybe.value == 7 && nothing.data == NULL;
    cgo_string_free(text);
    cgo_vec_uint32_t_free(numbers);
}

static TestsPair values_pair(void *user_data, TestsPair by, TestsPair *at, const TestsPair *none)
{
    TestsPair sum = {2 * by.a, 2 * by.b};
    (void)user_data;
    if (none == NULL)
        *at = by;
    return sum;
}

static size_t values_length(void *user_data, const char *text)
{
    (void)user_data;
    return strlen(text);
}

static int values_fail(void *user_data, int code)
{
    (void)user_data;
    return code;
}

static int values_root(void *user_data, int of)
{
    int root;
    (void)user_data;
    for (root = 0; root * root < of; root++)
        ;
    if (of >= 0)
        return root;
    errno = EDOM;
    return -1;
}

static void *values_same(void *user_data, void *pointer)
{
    (void)user_data;
    return pointer;
}

static TestsValues values(void *user_data)
{
    TestsValues values = {user_data,   values_add,    values_is_even, values_other, values_double, values_own,
                          values_pair, values_length, values_fail,    values_root,  values_same,   NULL};
    return values;
}

int traits_values(void)
{
    struct owned owned = {0};
    TestsValues all = values(&owned);

    CHECK(tests_values(&all) == EDOM);
    CHECK(owned.is_right);
    CHECK(tests_which(&all) == 1);
    CHECK(tests_even(&all) == 1);
    return 0;
}

static idtype_t no_level(void *user_data, idtype_t which)
{
    (void)user_data;
    (void)which;
    return (idtype_t)7;
}

static unsigned char no_bool(void *user_data, uint64_t number)
{
    (void)user_data;
    (void)number;
    return 2;
}

int traits_lends_bad_which(void)
{
    TestsValues all = values(NULL);
    all.other = no_level;
    return tests_which(&all);
}

int traits_lends_bad_bool(void)
{
    TestsValues all = values(NULL);
    unsigned char (*function)(void *, uint64_t) = no_bool;
    memcpy(&all.is_even, &function, sizeof function);
    return tests_even(&all);
}

static int next(int n)
{
    return n + 1;
}

/* Whatever it is told, of which 1 and 2 are kinds; of 3 it forgets the function. */
static TestsThing thing_of(int kind)
{
    TestsThing thing = {(TestsKind)kind, {true, false}, next};
    if (kind == 3) {
        thing.kind = (TestsKind)1;
        thing.next = NULL;
    }
    return thing;
}

static TestsThing maker_make(void *user_data, int kind)
{
    (void)user_data;
    return thing_of(kind);
}

static int maker_change(void *user_data, TestsThing *thing, int kind)
{
    (void)user_data;
    *thing = thing_of(kind);
    return 0;
}

static void maker_change_last(void *user_data, TestsThing *things, size_t things_len, int kind)
{
    (void)user_data;
    things[things_len - 1] = thing_of(kind);
}

int traits_makes(int how, int kind)
{
    TestsMaker maker = {NULL, maker_make, maker_change, maker_change_last, NULL};
    return tests_make(&maker, how, kind);
}

int traits_passes_no_function(void)
{
    return tests_call(NULL, 1);
}

static bool panics(void *user_data, uint64_t number)
{
    (void)user_data;
    (void)number;
    return tests_panic() == 0;
}

int traits_lends_one_that_panics(void)
{
    TestsValues all = values(NULL);
    all.is_even = panics;
    return tests_even(&all);
}

struct sink {
    pthread_t of;
    int got;
    bool elsewhere;
};

static struct sink kept;

static int sink_put(void *user_data, const uint8_t *bytes, size_t bytes_len)
{
    struct sink *sink = user_data;
    (void)bytes;
    sink->got += (int)bytes_len;
    sink->elsewhere = sink->elsewhere || !pthread_equal(pthread_self(), sink->of);
    return sink->got;
}

static int sink_wait(void *user_data, unsigned micros)
{
    struct sink *sink = user_data;
    usleep(micros);
    return ++sink->got;
}

static void sink_drop(void *user_data)
{
    struct sink *sink = user_data;
    drops++;
    if (sink != &kept)
        free(sink);
}

static TestsSink new_sink(void)
{
    TestsSink sink = {calloc(1, sizeof(struct sink)), sink_put, sink_wait, sink_drop};
    ((struct sink *)sink.user_data)->of = pthread_self();
    return sink;
}

int traits_drops(void)
{
    int count = drops;
    drops = 0;
    return count;
}

int traits_owned(void)
{
    TestsSink sink = new_sink();

    drops = 0;
    CHECK(tests_use(&sink) == 4);
    CHECK(drops == 1);
    sink = new_sink();
    tests_keep(&sink);
    memset(&sink, 0, sizeof sink); /* the struct was the caller's */
    CHECK(drops == 1);
    tests_keep(NULL);
    CHECK(drops == 2);
    sink = new_sink();
    CHECK(tests_beside(cgo_str_of("abc"), &sink, NULL) == 3);
    CHECK(drops == 3);
    sink = new_sink();
    {
        void *state = sink.user_data;
        sink.drop = NULL;
        CHECK(tests_use(&sink) == 4);
        free(state);
    }
    CHECK(traits_drops() == 3);
    return 0;
}

static void *thread_main(void *data)
{
    *(int *)data = traits_owned();
    if (*(int *)data == 0)
        *(int *)data = traits_borrowed();
    return NULL;
}

int traits_on_a_thread(void)
{
    pthread_t thread;
    int line = -1;

    CHECK(pthread_create(&thread, NULL, thread_main, &line) == 0);
    pthread_join(thread, NULL);
    return line;
}

int traits_gives_without_put(void)
{
    TestsSink sink = new_sink();
    sink.put = NULL;
    return tests_use(&sink);
}

int traits_gives_to_who_panics(void)
{
    TestsSink sink = new_sink();
    return tests_use_and_panic(&sink);
}

int traits_gives_beside_bad_text(void)
{
    TestsSink sink = new_sink(), also = new_sink();
    return (int)tests_beside(cgo_str_of("\xff"), &sink, &also);
}

int traits_gives_after_a_panic(void)
{
    TestsSink sink = new_sink(), also = new_sink();
    tests_panic();
    return (int)tests_beside(cgo_str_of("x"), &sink, &also);
}

int traits_give(void)
{
    TestsSink sink = {&kept, sink_put, sink_wait, sink_drop};
    memset(&kept, 0, sizeof kept);
    kept.of = pthread_self();
    tests_keep(&sink);
    return 0;
}

int traits_got(void)
{
    return kept.got;
}

bool traits_was_elsewhere(void)
{
    return kept.elsewhere;
}
