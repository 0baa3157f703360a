#include "../../../c/work.c"
