#include "aliases.h"

int aliases_variable = 5;
int aliases_function(aliases_type x) { return x + 1; }
int aliases_variable_now(void) { return aliases_variable; }
int aliases_of(const struct aliases_struct *s) { return s->n; }
int aliases_of_enum(enum aliases_enum e) { return (int)e; }
int aliases_count(void) {
	static int count;
	return ++count;
}
