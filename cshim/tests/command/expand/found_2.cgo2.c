/* The stubs of imports in src/found.rs. */
#line 22 "src/found.rs"
static long twice(long cents) { return 2 * cents; }
#line 1 "cgo-generated"
#include <stddef.h>
#line 24 "src/found.rs"
void _cgo_HASH_Cfunc_twice(void *_cgo_v)
#line 24 "src/found.rs"
{
#line 24 "src/found.rs"
    struct { long p0; long r; } *_cgo_a = _cgo_v;
#line 24 "src/found.rs"
    _cgo_a->r = (twice)(_cgo_a->p0);
#line 24 "src/found.rs"
}
