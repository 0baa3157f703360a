/* C that calls exports by the generated header, and says at which line it was not given what it should. */
#ifndef CGOCALL_TESTS_EXPORTED_H
#define CGOCALL_TESTS_EXPORTED_H

#include <stddef.h>

/* Each is 0, or the line. */
int exported_texts(void);
int exported_owned(void);
int exported_options(void);
int exported_results(void);
int exported_boxes(void);
int exported_failures(void);
int exported_methods(void);

/* Each passes what is none. */
size_t exported_bad_utf8(void);
size_t exported_null_text(void);
size_t exported_endless_text(void);
size_t exported_spoilt_string(void);
size_t exported_forged_string(void);
size_t exported_released(void);
size_t exported_altered(int how);
size_t exported_empty_vec(void);
size_t exported_null_self(void);
size_t exported_null_other(void);
/* What an export has returned that panicked, or -2 where its text is not what it should be. */
int exported_panic(void);
const char *exported_why(void);

int exported_panic_and_give_back(void);
int exported_free_panics(void);
int exported_fail(const char *text);

#endif
