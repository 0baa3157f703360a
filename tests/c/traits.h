#ifndef TRAITS_H
#define TRAITS_H

#include <stdbool.h>

int traits_borrowed(void);
int traits_values(void);
int traits_owned(void);
int traits_on_a_thread(void);
int traits_lends_without_write(void);
int traits_lends_null(void);
int traits_lends_unaligned(void);
int traits_gives_without_put(void);
int traits_gives_to_who_panics(void);
int traits_gives_beside_bad_text(void);
int traits_gives_after_a_panic(void);
int traits_lends_bad_which(void);
int traits_lends_bad_bool(void);
int traits_lends_one_that_panics(void);
int traits_makes(int how, int kind);
int traits_passes_no_function(void);
int traits_drops(void);
int traits_give(void);
int traits_got(void);
bool traits_was_elsewhere(void);

#endif
