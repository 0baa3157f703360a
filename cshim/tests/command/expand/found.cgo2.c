/* The stubs of imports in src/found.rs. */
#line 1 "cgo-include-0"
#include "c/shop.h"
#line 1 "cgo-generated"
#include <stddef.h>
#line 32 "C"
void _cgo_HASH_Cfunc_shop_close(void *_cgo_v)
#line 32 "C"
{
#line 32 "C"
    struct { struct shop *p0; } *_cgo_a = _cgo_v;
#line 32 "C"
    (shop_close)(_cgo_a->p0);
#line 32 "C"
}
#line 39 "C"
void _cgo_HASH_Cfunc_shop_opened(void *_cgo_v)
#line 39 "C"
{
#line 39 "C"
    struct { struct shop *r; } *_cgo_a = _cgo_v;
#line 39 "C"
    _cgo_a->r = (shop_opened)();
#line 39 "C"
}
#line 19 "src/found.rs"
void _cgo_HASH_Cfunc_shop_is_open(void *_cgo_v)
#line 19 "src/found.rs"
{
#line 19 "src/found.rs"
    struct { unsigned int p0; int r; } *_cgo_a = _cgo_v;
#line 19 "src/found.rs"
    _cgo_a->r = (shop_is_open)(_cgo_a->p0);
#line 19 "src/found.rs"
}
