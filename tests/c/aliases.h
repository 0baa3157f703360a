#ifndef ALIASES_H
#define ALIASES_H

/* Things with a second name. */

typedef short aliases_type;
struct aliases_struct { int n; };
enum aliases_enum { ALIASES_FIRST = 3, ALIASES_SECOND = 9 };
extern int aliases_variable;
int aliases_function(aliases_type x);
int aliases_variable_now(void);
int aliases_of(const struct aliases_struct *s);
int aliases_of_enum(enum aliases_enum e);
int aliases_count(void);

#define ALIASES_FUNCTION aliases_function
#define ALIASES_VARIABLE aliases_variable
#define ALIASES_TYPE aliases_type
#define ALIASES_STRUCT struct aliases_struct
#define ALIASES_ENUM enum aliases_enum
#define ALIASES_CHOICE ALIASES_SECOND
#define ALIASES_NUMBER 42
#define ALIASES_INTEGER ALIASES_NUMBER
#define ALIASES_RATIO 0.75
#define ALIASES_FLOAT ALIASES_RATIO
#define ALIASES_NAME "behind two names"
#define ALIASES_TEXT ALIASES_NAME
#define ALIASES_COUNTED aliases_count()

#endif
