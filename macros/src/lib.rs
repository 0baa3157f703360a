//! `#[cgo_import]`, `#[cgo_export]`, `#[main]` and `#[test]` of cgocall: the model of `cgocall-syntax` goes in, tokens
//! come out.
//!
//! Depend on `cgocall`, which re-exports these. The tokens name nothing but `::cgocall::__private` and `::core`.

#![forbid(unsafe_code)]

mod asserts;
mod bits;
mod block;
mod closure;
mod data;
mod discovered;
mod entry;
mod evidence;
mod export;
mod filled;
mod frame;
mod function;
#[cfg(test)]
mod golden;
mod import;
mod joined;
mod judge;
mod layout;
mod lend;
mod length;
mod look;
mod methods;
mod module;
mod names;
mod out;
mod owner;
mod passed;
mod pointer;
mod refused;
mod traits;
mod truth;
mod twice;
mod value;

use proc_macro::TokenStream;

/// Imports C functions, variables and types.
///
/// On an `unsafe extern "C" { .. }` block, each function becomes a Rust function that calls C through the runtime;
/// on `type Name = unsafe extern "C" fn(..)`, the type gets a method `call`. On a type or a constant that a header has,
/// the item stays as it is, and [is compared](#types-and-constants-of-a-header) with the header.
///
/// # Keys of the attribute
///
/// All may be repeated but `sys`, `preamble` and `crate`. With `include`, `preamble` or `source`, the C compiler
/// verifies the declarations, and the package needs a `build.rs` with
/// `cgocall_cshim::build("src/ffi.rs").compile();`. Without, there is nothing to verify and nothing to build.
///
/// | key | value |
/// |---|---|
/// | `include` | a header: `"zlib.h"` |
/// | `preamble` | C text after the headers |
/// | `source` | a C or C++ file to compile, relative to the package |
/// | `define` | `"NAME"` or `"NAME=VALUE"` |
/// | `cflags` | arguments of the C compiler; also of the C++ compiler, but that `-std=` goes to whose standard it is |
/// | `link` | a library as rustc's `-l` has it: `"z"`, `"static=foo"`, `"dylib=foo"`, `"framework=Foo"`, `"static:+whole-archive=foo"` |
/// | `link_search` | a folder that holds libraries, relative to the package: `"vendor/lib"` |
/// | `pkg_config` | a library that pkg-config knows, or several, with versions: `"zlib >= 1.2, zlib < 2"` |
/// | `sys` | a -sys crate that brings header and library: `libz_sys` |
/// | `crate` | where `cgocall` is, if not at `::cgocall` |
///
/// # Per target
///
/// An import of one target stands under `#[cfg(target_os = "linux")]`, as any item. Where only the attribute differs, there
/// is one for each target, of which rustc leaves at most one:
///
/// ```text
/// #[cfg_attr(target_os = "linux", cgo_import(include = "uuid/uuid.h", link = "uuid"))]
/// #[cfg_attr(target_os = "macos", cgo_import(include = "uuid/uuid.h"))]
/// unsafe extern "C" {
///     fn uuid_generate(out: *mut u8);
/// }
/// ```
///
/// Each has all its keys: two that are true at once are an error. build.rs verifies what this target may compile; a `cfg`
/// that it cannot know, such as `test`, counts as both true and false.
///
/// # Libraries
///
/// A static library becomes part of the crate that imports it, and the crate is built again when the archive in
/// `link_search` changes. A shared library is found by the system's loader when the program runs: a folder that it does
/// not know is named in `LD_LIBRARY_PATH`, or by `cargo::rustc-link-arg=-Wl,-rpath,..` in the build.rs of the program.
///
/// # C++
///
/// What is imported is C: in C++, functions that are `extern "C"`, in a header that both languages read
/// (`#ifdef __cplusplus`). The `source` files that are named `.cc`, `.cpp`, `.cxx` or `.C` are compiled by the C++ compiler
/// (`CXX`, `CXXFLAGS`), beside C files in the same import, and C++'s standard library is linked (`CXXSTDLIB` names another).
/// No exception may leave them.
///
/// ```text
/// #[cgo_import(include = "c/words.h", source = "c/words.cc", cflags = "-std=c++17")]
/// unsafe extern "C" {
///     safe fn words(text: &CStr) -> c_int;
/// }
/// ```
///
/// # `#[cgo(..)]` in the block
///
/// On a function, how the runtime may call it; of a function pointer type, `#[cgo_import(..)]` says it:
///
/// | key | |
/// |---|---|
/// | `blocking` | a park point: runs on a helper thread, while the goroutine's own goes on with others. What it returns may be lent by a parameter, whose memory it is; not for `'static`, which may be that thread's |
/// | `parks` | its C code tolerates other C calls of the thread while a callback is parked |
/// | `inline` | keeps its P always, and is never timed: for calls that are short without exception. If it blocks, nobody rescues the goroutines behind it; and a goroutine that does little else keeps the others waiting longer than 10 ms, since sysmon takes a P in Rust code only |
/// | `native_stack` | waits for the thread's native stack instead of using a pooled one: for C that looks at its thread's stack bounds (Boehm GC, CPython, JVM) |
///
/// All of them combine but `blocking`, which stands alone.
///
/// When it has failed, of a function that returns a `Result`: `fails = ..` and `status = ..`, see
/// [below](#results-that-are-errors).
///
/// Of a result that is a text or a slice, `free = ..` and `len = ..`, see [below](#results-that-are-lent-or-copied).
///
/// `drop = function`, on an opaque type, makes it one [that closes itself](#types-that-close-themselves). `send` and `sync`, on
/// any, allow other threads what Rust's `Send` and `Sync` do: a closure that C keeps may be lent a `&mut` or a `&` of it.
///
/// And `c = "name"`: of a function, a variable or a type the name in C, where it differs; of a parameter the spelling
/// of its named type: `#[cgo(c = "struct stat")] st: &mut Stat`, or of what a slice of bytes is to C:
/// `#[cgo(c = "struct sockaddr")] address: &[u8]`. `out` and `filled` are for
/// [results through pointers](#results-through-pointers). `keeps` on a parameter says that C uses the memory after
/// the call, for [`CGOCALL_CHECK=2`](../cgocall/index.html#c-that-does-what-it-may-not) to allow it. `format = c".."` is for
/// [variadic functions](#macros-values-and-variadic-functions), `on_panic = VALUE` and `user_data = f` are for
/// [closures](#closures).
///
/// # Macros, values and variadic functions
///
/// With `include` or `preamble`, what is declared as a function need not be one in C. The build script finds out what
/// the name is, and the stub uses it so:
///
/// | in C | in Rust | |
/// |---|---|---|
/// | a macro with arguments, `#define SQUARE(x) ((x) * (x))` | `fn SQUARE(x: c_int) -> c_int;` | The type of the whole expression is compared with the result. What the arguments should be, a macro does not say: the compiler's words about a use with these types are errors, where they do not fit. |
/// | a macro that is a statement or has no value | `fn RESET();` | |
/// | another macro, a variable (also a `_Thread_local` one), a constant | `fn errno() -> c_int;` | Evaluated at each call. An array is a pointer to its first element. |
/// | a variadic function, `int printf(const char *, ...)` | `fn printf(format: &CStr, n: c_int) -> c_int;` | The arguments of one use: those before the `...` are compared, and those in its place are of types that C passes there as they are (`c_int`, `f64`, not `c_char`, `f32`). For another use, another name, with `#[cgo(c = "printf")]`. |
/// | a variable that points to a function | `fn hook(x: c_int) -> c_int;` | Called; without arguments, read. |
/// | a function that only the compiler has | `fn __builtin_popcount(x: c_uint) -> c_int;` | As a macro. |
///
/// A variadic function with the key `format = c".."` gets this text for its last parameter before the `...`; it is no
/// parameter in Rust. Where C knows that this is a format (of the functions of the C library, and of those with
/// `__attribute__((format(..)))`), it compares the text with the other arguments, and what does not fit is an error:
///
/// ```text
/// #[cgo_import(include = "stdio.h", include = "errno.h")]
/// unsafe extern "C" {
///     #[cgo(c = "printf", format = c"%d items\n")]
///     safe fn print_items(n: c_int) -> c_int;
///     #[cgo(inline)]
///     safe fn errno() -> c_int;
/// }
/// ```
///
/// A call of `errno()` is evaluated in C, on the thread that the goroutine is on, and so reads that thread's `errno` at
/// that time. Whatever ran on the thread since the C call of interest may have changed it: the runtime itself, other
/// goroutines. The `errno` that a call leaves is in its result, if that is declared as `Result<T, Errno>`: its stub
/// takes it before it returns.
///
/// # Types and constants of a header
///
/// With `include` or `preamble`, the C compiler also verifies
///
/// | item | what is compared |
/// |---|---|
/// | `#[repr(C)]` struct or union | size and alignment; each field's name, type, order and offset; that no field is missing |
/// | `#[repr(C)]` enum, or `#[repr(u32)]` and such | its size; each constant's value; that none is missing. A number that is none of them is [a panic](#types) wherever C has it from |
/// | `type Name = ..;` | that the typedef, or the enum, is the same type |
/// | `type Name = unsafe extern "C" fn(..);` | that the typedef is of such functions, or of pointers to them |
/// | `const NAME: .. = ..;` | the value: of integers, floating point numbers, and strings as `&CStr` |
///
/// `#[cgo(c = "..")]` on the item, a field or a variant is its name in C, where it differs: `struct stat`, `MODE_READ`.
/// In a block, `#[cgo(constant)] static Z_OK: c_int;` is a `const` of the header's value.
///
/// A type that C has no name for is named by the way to it: `#[cgo(c = "struct s.in")]` is the type of the member `in` of
/// `struct s`, `"s_t.points[0]"` that of the elements of an array or behind a pointer. Numbers count the members without a
/// name: `"struct s.0"` is the first such struct or union in `struct s`, `"struct s.0.1"` the second in that.
///
/// Of a field that Rust has no words for, `#[cgo(..)]` says more:
///
/// | key | |
/// |---|---|
/// | `opaque` | Rust has no type for it (`long double`, vectors, `_Atomic`, `__int128`): its name, its offset and its size are compared. Where `[u8; 16]` is aligned too little, a type of your own can be `#[repr(C, align(16))]` |
/// | `anonymous` | it is a struct or union without a name, the first such field C's first: its type is imported as `struct s.0` |
/// | `bits(..)` | it stores bitfields: `bits(pub ready: c_uint = 1, level: c_int = 4)` names them, in any order, with their types and widths, and an integer or `[u8; N]` is where they are |
///
/// Each bitfield becomes two functions of the visibility that stands there: `fn ready(&self) -> c_uint`, and
/// `fn set_ready(&mut self, value: c_uint)`, which takes of a value too wide as many of the lower bits as there is room
/// for, as C does; where a bitfield is called `set_ready` itself, that is `set_ready_`. Where the bits are the header
/// says, so they are right on targets of either byte order. Names, widths and types are compared, no bitfield may be
/// left out, and all of its bits have to lie in that field. In a union both functions are `unsafe`, as reading any of
/// its fields is. `bits()` is padding: bytes in which C has bitfields without a name, or nothing.
///
/// ```text
/// #[cgo_import(include = "header.h")]
/// #[repr(C)]
/// pub struct header {
///     pub length: c_int,
///     #[cgo(bits(pub ready: c_uint = 1, pub kind: c_uint = 3, level: c_int = 4))]
///     bits: c_uint,
///     #[cgo(opaque)]
///     pub mean: LongDouble,
///     #[cgo(anonymous)]
///     pub value: value,
/// }
///
/// #[cgo_import(include = "header.h")]
/// #[cgo(c = "struct header.0")]
/// #[repr(C)]
/// pub union value {
///     pub number: c_long,
///     pub text: *const c_char,
/// }
/// ```
///
/// ```text
/// #[cgo_import(include = "time.h")]
/// #[cgo(c = "struct timespec")]
/// #[repr(C)]
/// pub struct Timespec {
///     pub tv_sec: i64,
///     pub tv_nsec: c_long,
/// }
///
/// #[cgo_import(include = "time.h")]
/// unsafe extern "C" {
///     #[cgo(constant)]
///     pub static CLOCK_MONOTONIC: c_int;
///     safe fn clock_gettime(clock: c_int, time: &mut Timespec) -> Result<c_int, Errno>;
/// }
/// ```
///
/// # Names of C
///
/// On a module, with `include`, `preamble` or `source`: each name in a `use C::..` is looked up in the header by the C
/// compiler, and is in the module what it is in C.
///
/// ```text
/// #[cgo_import(include = "zlib.h", link = "z")]
/// pub mod z {
///     use C::{Z_OK, crc32, deflate as compress, z_stream};
///     use std::ffi::c_int;
///
///     fn deflateInit(stream: &mut z_stream, level: c_int) -> c_int; // a macro: only you can say what it takes
/// }
/// ```
///
/// | in C | in Rust |
/// |---|---|
/// | function, also `static inline` | an `unsafe fn`, its parameters named as in the header |
/// | variable | a function of no parameters that returns a pointer to it |
/// | struct, union | the same, `#[repr(C)]`, with `Default` for all zeros, and all types that it mentions; bitfields are pairs of functions; a struct that only the library knows is opaque |
/// | enum | its integer type, and its values as constants; with `#[cgo(rust_enum)]` on the `use` an enum of Rust, where another number is a panic |
/// | typedef | a `type`; of a function pointer, what `#[cgo_import] type` makes |
/// | macro: a number, a character, a string | a `const`, strings as `&CStr` |
/// | macro: another expression | an `unsafe fn` that evaluates it |
/// | macro with parameters, variadic function | whatever signature you write in the module, `fn SQUARE(x: c_int) -> c_int;`, as in a block |
///
/// `stat` may be a function and a struct, and both then have the name; `struct_stat` is the struct alone, as in cgo. A
/// comment of the header directly before a declaration becomes its docs. What is C's is as visible as the module, unless
/// the `use` says otherwise; all that the names needed besides is in a module `C` inside. Everything else in the module
/// stays as it is, functions that wrap what C has, for example.
///
/// A struct that several modules of a crate name, or that two headers bring, is one type, if each of the modules can be
/// named from the others.
///
/// A crate may forbid lints, `missing_docs`, `non_camel_case_types` and `unused` among them: nothing here needs an `allow`.
/// But a block that you write yourself brings one for each function or constant whose name `non_snake_case` or
/// `non_upper_case_globals` is against, so that the other lints go on about it; `deny` these two there, do not `forbid` them.
/// So it does for `improper_ctypes` where a plain import takes a function pointer that takes a `Box`.
///
/// # Types
///
/// What is a value in C too goes as it is: primitive types, the `c_*` types, raw pointers, `extern "C"` function pointers (in
/// an `Option` if they may be null), `repr(C)` structs and enums. And
///
/// | a parameter | in C | |
/// |---|---|---|
/// | `&T`, `&mut T` | `const T *`, `T *` | an `Option` of one may be null. A `&` to an opaque type of the block, `type Db;`, is also a `T *` |
/// | `&mut MaybeUninit<T>` | `T *` | for C to fill |
/// | `NonNull<T>`, `Option<NonNull<T>>` | `T *` | as a raw pointer: only who calls knows what is behind it |
/// | `Box<T>`, `Option<Box<T>>` | `void *`, `const void *` | given away: it is Rust's again when an export takes it, or `Box::from_raw` |
/// | `&[T]`, `&mut [T]` | a pointer and a length | the length as the header has it: in whatever integer type, behind the pointer or, `void f(int n, const double *x)`, before it. One that does not fit ends the process. Without a header it is a `size_t` behind the pointer. `&mut [MaybeUninit<T>]` is for C to fill |
/// | `&CStr`, `Option<&CStr>` | `const char *` | as it is; `None` is null |
/// | `Duration`, `Option<Duration>` | `const struct timespec *` | a copy, there until the call returns. One of more seconds than C's `time_t` holds is `EINVAL` if the import returns `Result<_, Errno>`, else a panic. Not in exports |
/// | `Handle<T>`, also as a result | `void *`, `const void *`, `uintptr_t` | its number |
/// | `&str`, `String`, `&Path`, `&OsStr`, `Option` of these | `const char *` | a copy with a NUL at its end, there until the call returns: on the stack up to 256 bytes. A text that has a NUL in it is `EINVAL` if the import returns `Result<_, Errno>`, else a panic. Not in exports |
///
/// | `impl FnMut(..)`, `impl Fn(..)`, `&mut dyn FnMut(..)`, `&Callback<dyn FnMut(..)>`, `Option` of these | a function pointer | beside the user pointer, `UserData`: see [closures](#closures). Not in exports |
///
/// | a result | in C | |
/// |---|---|---|
/// | `&'static CStr`, `Option<&'static CStr>` | a pointer to any `char` | never freed, never changed; null is a panic, or `None` |
/// | `&CStr`, `&str`, `Option` of these, also `'static` | a pointer to any `char` | [lent](#results-that-are-lent-or-copied) |
/// | `String`, `CString`, `Option` of these | the same | [copied](#results-that-are-lent-or-copied), and freed by `free = ..` |
/// | `&T`, `Option<&T>`, also `'static` | `const T *`, `T *` | lent |
/// | `&[T]`, `Option<&[T]>`, also `'static` | the same; of bytes also `void *` | lent, with `len = ..` elements |
/// | `Vec<T>`, `Option<Vec<T>>` | the same | copied, with `len = ..` elements, and freed by `free = ..` |
/// | `NonNull<T>`, `Option<NonNull<T>>` | `T *` | null is a panic, or `None` |
/// | `Result<T, Errno>`, `Result<T, E>` | `T` | [below](#results-that-are-errors) |
/// | `Result<(), E>` | a status | [below](#results-that-are-errors) |
///
/// Not every number is a value of an imported enum, or of `bool`. What C returns, writes behind a `&mut T` or `&mut [T]`, or
/// passes to an export by value is compared with the variants, and another number is a panic that names the function and
/// the number; behind the reference a variant stands then. A `Result<Enum, Errno>` is an error by the rule of its integer,
/// which need be no variant; that of a status need be one. So it is in the fields of structs that C writes behind a `&mut T`
/// or `&mut [T]`, or lends. In structs that C returns by value, and behind raw pointers, nobody looks.
///
/// # Closures
///
/// C that takes a function and a user pointer takes a closure. `UserData` (of `cgocall`) stands where C has the user
/// pointer, in the function and in its callback; all else stands as in C, and is compared as ever. Neither the Rust function
/// nor the closure has it:
///
/// ```text
/// #[cgo_import(include = "stdlib.h", define = "_GNU_SOURCE")]
/// unsafe extern "C" {
///     fn qsort_r(base: *mut c_void, n: usize, size: usize,
///                compare: impl FnMut(*const c_void, *const c_void, UserData) -> c_int, _: UserData);
/// }
///
/// qsort_r(numbers.as_mut_ptr().cast(), 3, 4, |a, b| ..);
/// ```
///
/// A closure gets what an export gets, and returns what an export returns. References are lent for one call of it; what it
/// only reads, a `&T` or a `&[T]`, C may have without the `const`. The length of a slice is where the header has it, before
/// its pointer or behind it, and of the integer type that it has there (`int argc, sqlite3_value **argv` is a
/// `&[*mut sqlite3_value]`); without a header it is a `size_t` behind. A negative one is a panic. A `&str` comes like a slice of bytes, `const char *` and a length, and what is no UTF-8 is a panic; a text that
/// ends with a NUL is a `&CStr`. Three kinds of owner:
///
/// | | whose it is | and C |
/// |---|---|---|
/// | `impl FnMut(..)`, `impl Fn(..)`, `&mut dyn FnMut(..)`, `&dyn Fn(..)` | borrowed | has done with it when the call returns. It may borrow, and nothing is allocated |
/// | `impl FnMut(..) + Send + 'static`, `impl Fn(..) + Send + Sync + 'static` | C's | calls the destructor some day, a `void (*)(void *)`: write the parameter `_: DropUserData` where C takes it |
/// | `Box<dyn FnMut(..) + Send>`, `Box<dyn Fn(..) + Send + Sync>` | the same | the same: `None` of an `Option` of one needs no type written |
/// | `&Callback<dyn FnMut(..) + Send>`, `&Callback<dyn Fn(..) + Send + Sync>` | whoever has the `Callback` | may call it until that is dropped. A later call is refused, whatever C does |
///
/// An `Option` of any is a null function, with a null user pointer, if it is `None`. Of a `&mut dyn FnMut(..)`, a
/// `Box<dyn FnMut(..) + Send>` or a `&Callback<..>` a bare `None` will do; of an `impl FnMut(..)` rustc asks which closure it
/// is that is not there, and `None::<fn(c_int) -> c_int>` says it: in the parentheses stands what the closure gets, without
/// `UserData`. So where `None` is the rule, declare `Option<&mut dyn FnMut(c_int, UserData) -> c_int>`, and pass
/// `Some(&mut |n| ..)`. A `Box<dyn FnMut(..)>` is an `impl FnMut(..)`.
///
/// *Several closures* may share one user pointer (SQLite's `xStep` and `xFinal`): write `UserData` once in the function, for
/// all of them. Or each has its own: write one for each, in the order of the closures; and `DropUserData` likewise.
///
/// *Where C does not pass it on*, but has a function that gets it by the callback's first argument, that is named:
/// `#[cgo(user_data = sqlite3_user_data)] step: impl FnMut(*mut sqlite3_context, ..)`. It is any Rust function, as a rule
/// another import. Where there is no user pointer at all, there is an `extern "C" fn(..)`, and an export's `::C`.
///
/// *Panics* are those of an export: C gets zero, or what `#[cgo(on_panic = VALUE)]` on the parameter says, the other
/// callbacks of the same C call return at once, and the panic goes on in the Rust caller. On a thread of C's it ends the
/// process, as `on_panic = abort` does anywhere. What C drops in the meantime is dropped all the same.
///
/// *Who calls.* A closure may park its goroutine. An `FnMut` that is called while it runs, by itself or by another thread,
/// panics instead, which leaves the one that runs alone; an `Fn` may be called again. A closure that C drops while it
/// runs, or whose `Callback` is dropped then, stays until it has returned. A `blocking` import calls it on its helper, so it
/// must be `Send`.
///
/// *What the declaration promises*, for a `safe fn` above all: that C hands on the user pointer as it was given, and calls a
/// borrowed closure only before the call returns; an `FnMut` that is not `Send`, and an `Fn` that is not `Sync`, only on the
/// thread of the call;
/// and that C calls a destructor once, and the closure never after it. Where C calls the destructor when the function fails
/// (`sqlite3_create_function_v2` does) nothing is leaked; where it does not (`sqlite3_create_collation_v2`), the closure is.
///
/// All these are known by their names: a type of C's that is called `Path`, `Box` or `Duration` needs another in Rust. In the
/// type of a function pointer they are pointers too, but no text of Rust's is one, and what it returns is an `Option` or a
/// raw pointer.
///
/// # Results through pointers
///
/// `#[cgo(out)]` before a parameter says that C puts a result where it points: C has a `T *` there, and Rust no parameter
/// but another result, of type `T`.
///
/// ```text
/// use cgocall::{Errno, cgo_import};
/// use std::ffi::c_int;
///
/// #[cgo_import]
/// unsafe extern "C" {
///     safe fn frexp(x: f64, #[cgo(out)] exponent: c_int) -> f64;
///     safe fn pipe(#[cgo(out)] ends: [c_int; 2]) -> Result<c_int, Errno>;
/// }
///
/// let (fraction, exponent) = frexp(12.0);
/// assert_eq!((fraction, exponent), (0.75, 4));
/// let (_, [from, to]) = pipe()?;
/// ```
///
/// | declared | what the Rust function returns |
/// |---|---|
/// | no result, one out-parameter of type `A` | `A` |
/// | no result, several | `(A, B)`, in their order |
/// | a result `R` | `(R, A, B)` |
/// | `Result<(), E>` | `Result<A, E>`, `Result<(A, B), E>` |
/// | `Result<R, E>` | `Result<(R, A, B), E>` |
///
/// `T` is a primitive type, a raw pointer, `NonNull<T>`, `&'static CStr`, an `extern "C" fn(..)` in an `Option`, `Option` of
/// the two before, a `repr(C)` struct or enum, or an array of such, which C sees as `T *`. The place is all zeros before the
/// call, so that what C leaves alone is something too; a type of which all zeros are no value is an error of rustc's. What
/// cannot be, or what C reads before it writes, is a `&mut MaybeUninit<T>`, or a `&mut T`. Null where `NonNull<T>` or a text
/// should be is a panic.
///
/// Where C takes a pointer to the length of a slice, finds there how much room there is and leaves how much of it has been
/// filled, `#[cgo(filled)]` stands before the slice, and how much is a result in the same way, a `usize`:
///
/// ```text
/// #[cgo_import(include = "zlib.h", link = "z")]
/// unsafe extern "C" {
///     // int compress(Bytef *dest, uLongf *destLen, const Bytef *source, uLong sourceLen);
///     safe fn compress(#[cgo(filled)] dest: &mut [u8], source: &[u8]) -> Result<(), ZlibError>;
/// }
///
/// let len = compress(&mut packed, text)?;
/// let packed = &packed[..len];
/// ```
///
/// It is what C says, and may be more than there was room for (`getsockname` says so how much there would have been); a
/// negative one is a panic. The length is of any integer type, behind the pointer of the slice, and what it is without a
/// header is a `size_t *`. Of a `&mut [MaybeUninit<T>]`, only C's word is there that so much is filled.
///
/// # Results that are lent or copied
///
/// A reference, `&CStr`, `&str`, `&T`, `&[T]`, borrows from the one parameter that is a reference too, as Rust has it; but
/// not from a text of Rust's, of which C has a copy that dies with the call. So `fn name(of: &Shelf, default: &str) ->
/// &CStr` borrows from `of`. Whoever writes `unsafe extern` promises that C keeps it, unchanged, for as long as that
/// borrow lasts, and then takes what may change it as `&mut Shelf`. What is never freed is `&'static`.
///
/// What C gives away is copied into a `String`, a `CString` or a `Vec`, and then freed, also where a panic or an error comes
/// of it, by the function that `free` names: an import, of this block or another, that takes a `*mut c_void` or another
/// `*mut`, and nothing else. (A bare function of C's is refused: it would run on the goroutine's stack.)
///
/// How long a slice is, `len` says: an expression over the parameters, evaluated after the call, which may call other
/// imports. A parameter that is `#[cgo(out)]` is what C has put there: `#[cgo(len = n)] fn items(of: &Shelf, #[cgo(out)] n:
/// usize) -> &[Item]`. What is unsafe needs `unsafe { .. }`, also where the import is an `unsafe fn`. With a null pointer the
/// length has to be 0, unless the result is an `Option`.
///
/// Null where no `Option` says so, a length that cannot be, and a `&str` or a `String` that is no UTF-8 are panics that name
/// the function. In a `Result<_, Errno>` null is an error, and what is no UTF-8 is `EILSEQ`.
///
/// ```text
/// #[cgo_import(include = "sqlite3.h", link = "sqlite3")]
/// unsafe extern "C" {
///     type sqlite3_stmt;
///     fn sqlite3_free(memory: *mut c_void);
///     #[cgo(free = sqlite3_free)]
///     safe fn sqlite3_expanded_sql(stmt: &sqlite3_stmt) -> Option<String>;
///     safe fn sqlite3_column_text(stmt: &sqlite3_stmt, column: c_int) -> Option<&str>;
///     safe fn sqlite3_column_bytes(stmt: &sqlite3_stmt, column: c_int) -> c_int;
///     #[cgo(len = sqlite3_column_bytes(stmt, column))]
///     safe fn sqlite3_column_blob(stmt: &sqlite3_stmt, column: c_int) -> &[u8];
/// }
/// ```
///
/// # Results that are errors
///
/// A `Result<T, Errno>` is an error by the convention that C has for `T`, and the error is the `errno` that the call left:
///
/// | `T` | is an error |
/// |---|---|
/// | a signed integer | -1 |
/// | a pointer, `NonNull`, a text | null |
/// | an `Option` of one of these | null, if `errno` was set; else that is `None` |
/// | an unsigned integer, a floating point number, `bool`, `()` | if `errno` was set |
///
/// Where a function has another, `#[cgo(fails = ..)]` on it says so:
///
/// | | is an error | of |
/// |---|---|---|
/// | `fails = -1` | -1, in all its bits: `(size_t)-1`, `MAP_FAILED` | integers and pointers |
/// | `fails = negative` | what is less than 0 | signed integers |
/// | `fails = nonzero` | what is not 0 | integers |
/// | `fails = null` | null | pointers |
/// | `fails = errno` | if `errno` was set, whatever the value | anything |
///
/// `Result<(), Errno>` is `void` in C, by default and with `fails = errno`. With one of the other rules, C returns an `int`
/// that says nothing else.
///
/// The error of a `Result<T, E>`, where `E` is not called `Errno`, is made of what C returned, by `E: From<..>`:
///
/// | | in C | |
/// |---|---|---|
/// | `Result<(), E>` | `int` | a status: an error if it is not 0, or by `fails = negative`, `fails = -1`; `E: From<c_int>` |
/// | the same with `status = CURLcode` | that type | an integer, under any name; `E: From<CURLcode>`. Also of `Result<(), Errno>` |
/// | `Result<T, E>` with `fails = negative` or `fails = -1` | `T` | a value or, where it fails, a code; `E: From<T>` |
///
/// ```text
/// #[cgo_import(include = "sqlite3.h", link = "sqlite3")]
/// unsafe extern "C" {
///     type sqlite3_stmt;
///     fn sqlite3_reset(stmt: *mut sqlite3_stmt) -> Result<(), SqliteError>;
/// }
///
/// #[cgo_import(include = "unistd.h")]
/// unsafe extern "C" {
///     #[cgo(fails = -1)]
///     safe fn fsync(fd: c_int) -> Result<(), Errno>;
/// }
///
/// impl From<c_int> for SqliteError { .. }
/// ```
///
/// # Types that close themselves
///
/// `type Db;` in a block is a type of which there are only pointers. `#[cgo(drop = sqlite3_close)] type Db;` is what C gives
/// away of it, and Rust closes: a pointer that is never null, whose `Drop` calls that function through the runtime, like any
/// import. The function stands in the same block and takes the type alone, `Db`, or a pointer (`free`, which takes a
/// `void *`); what it returns is ignored.
///
/// ```text
/// #[cgo_import(include = "sqlite3.h", link = "sqlite3")]
/// unsafe extern "C" {
///     #[cgo(c = "sqlite3", drop = sqlite3_close_v2, send)]
///     pub type Db;
///     #[cgo(c = "sqlite3_open")]
///     pub safe fn open(path: &Path, #[cgo(out)] db: Db) -> Result<(), SqliteError>;
///     #[cgo(c = "sqlite3_changes")]
///     pub safe fn changes(db: &Db) -> c_int;
///     pub safe fn sqlite3_close_v2(db: Db) -> c_int;
/// }
///
/// let db = open(path)?;
/// ```
///
/// | in a signature | in C | |
/// |---|---|---|
/// | `&Db`, `&mut Db`, `Option` of one | `sqlite3 *`, `const sqlite3 *` | lent; `None` is null |
/// | a parameter `Db`, `Option<Db>` | the same | given away: C closes it, as `sqlite3_close_v2(db)` does |
/// | a result `Db`, `Option<Db>` | `sqlite3 *` | null is a panic, or `None` |
/// | `Result<Db, E>`, `Result<Option<Db>, E>` | `sqlite3 *` | as of other pointers |
/// | `#[cgo(out)] db: Db`, `Option<Db>` | `sqlite3 **` | null is a panic, or `None`. Where the call fails, or a callback panics, what C has put there is closed |
///
/// Where C has a name for the pointer, `typedef void *iconv_t`, that name is the type: `#[cgo(drop = iconv_close)] type
/// iconv_t;` is what C calls so, and no pointer to it. The C compiler knows which of the two it is.
///
/// It stays on its thread, unless the block's author knows better: `send`, `sync`. `as_ptr` and `into_raw` are the pointer, for
/// what remains of C, and the unsafe `from_raw` takes one over; `#[cgo(c = "sqlite3")] type RawDb;` beside it is a type for
/// such pointers. That one thing outlives another (a statement its database) is not in the types: have C see to it
/// (`sqlite3_close_v2`), or make the functions unsafe.
///
/// In other blocks of the package that have a header, build.rs tells the macro which types close themselves. In plain imports,
/// exports, function pointer types and other crates it is known to nobody, and rustc refuses the type.
#[proc_macro_attribute]
pub fn cgo_import(attr: TokenStream, item: TokenStream) -> TokenStream {
    import::expand(attr.into(), item.into(), &evidence::load).into()
}

/// Lets C call a Rust function, or make values of a Rust type.
///
/// The function, the [`impl`](#types-with-functions), the [trait](#traits-that-c-implements) or the
/// [type](#types-that-c-makes-values-of) stays as it is. C sees a symbol of the same name, and Rust code that hands a pointer to C writes
/// `name::C`, a constant of an `extern "C" fn` type.
///
/// A panic never reaches C: C gets zero, or the value of `on_panic`, and the panic goes on in the Rust code that
/// called C.
///
/// | key | |
/// |---|---|
/// | `private` | no symbol, only `name::C`: right for callbacks |
/// | `name = "c_name"` | the symbol, if it is not the function's name |
/// | `prefix = "c_type"` | on an `impl`: what the symbols begin with, if that is not the type's name |
/// | `include = "plugin.h"` | the header that has its prototype: the C compiler compares the two, as for an import. May be repeated |
/// | `define`, `cflags`, `pkg_config` | how to read that header, as for an import |
/// | `on_panic = VALUE` | what C gets when the function panics |
/// | `on_panic = abort` | end the process when the function panics |
/// | `crate = path` | where `cgocall` is, if not at `::cgocall` |
///
/// # Types
///
/// As for an import, where C has the type too: primitive types, raw pointers, `extern "C"` function pointers, `&T`, `&mut T`,
/// `&[T]`, `&CStr` and `Option` of these, `repr(C)` structs and enums. What C has not it gets as a struct that the generated
/// header defines, with a `static inline` function or two for it:
///
/// | in Rust | in C | |
/// |---|---|---|
/// | a parameter `&str`, `Option<&str>` | `cgo_str`: `data`, `len` | `cgo_str_of("abc")` makes one. Of `None`, `data` is NULL. What is not UTF-8, or cannot be that long, is a panic that names function and argument |
/// | a result `&'static str` | `cgo_str` | never freed |
/// | a result `String`, `Option<String>` | `cgo_string`: `data`, `len`, `cap`, `owner` | C's, who frees it with `cgo_string_free`. There is a NUL behind it |
/// | a result `Vec<T>`, `Option<Vec<T>>` | `cgo_vec_int` and so on | C's, who frees it with `cgo_vec_int_free`. `T` is a primitive type, a pointer or a `repr(C)` struct, and `Send` |
/// | a parameter `String`, `Vec<T>` | the same | given back: Rust's from then on. What this library has not made is a panic, as far as that can be seen |
/// | `Option` of a primitive type, both ways | `cgo_option_int`: `has`, `value` | |
/// | a result `Box<T>`, `Option<Box<T>>` | `T *` | C's, who knows no more of it; an export that takes a `Box<T>` takes it back |
/// | a result `(A, B)`, up to eight | `name_result`: `r0`, `r1` | |
/// | a result `Result<T, E>` | `int`, and a last parameter `T *result` | 0; or -1, and nothing is written. `E` is `Display` |
///
/// Why an export has failed says `const char *name_error(void)`, and for all of them `package_last_error()` in the header:
/// each goroutine has its own text, and each thread of C's: that of the last export of this library that has failed there,
/// until the next one does, or the goroutine ends. In a `blocking` import it is the thread's that runs the call.
/// An export that panics where it might have failed has failed: C gets -1.
///
/// What is freed is freed by the library that has made it, which is what `owner` knows: two libraries in one program may have
/// different allocators, and their headers, which define these structs alike, may be included together.
///
/// ```text
/// use cgocall::cgo_export;
/// use std::num::ParseIntError;
///
/// /// Adds up numbers with commas between them.
/// #[cgo_export] // int sum(cgo_str numbers, int64_t *result); const char *sum_error(void);
/// fn sum(numbers: &str) -> Result<i64, ParseIntError> {
///     numbers.split(',').map(|number| number.trim().parse::<i64>()).sum()
/// }
///
/// #[cgo_export] // cgo_string repeat(cgo_str text, uint32_t times);
/// fn repeat(text: &str, times: u32) -> String {
///     text.repeat(times as usize)
/// }
/// ```
///
/// The header says of each pointer whether it may be NULL and whose it is; docs become comments.
///
/// # Names in the header
///
/// Parameters, fields and methods are called as in Rust. What C, C++ or a macro of their headers has already (`class`, `errno`,
/// `linux`), and a type that the same declaration mentions, has a `_` behind it, or as many as set it apart. So has what the
/// header makes up (`buf_len`, `result`) where the user has written that name. A function or a type cannot be called so: that
/// is an error at its name. Names that begin with `cgo_str`, `cgo_string`, `cgo_vec`, `cgo_option` and `cgo_owner` are the
/// header's own; `Vec<T>` is `cgo_vec_T`, with another `_` where `T` ends like a word of the header's (`_ptr`, `_free`), so that
/// no two types are one struct. Enumerators are `Enum_Variant`. `package_last_error()` is left away where an export has that
/// name.
///
/// # Types that C makes values of
///
/// ```text
/// /// How words are put in order.
/// #[cgo_export]
/// #[repr(C)]
/// enum Order { Frequent, Alphabetic }
///
/// #[cgo_export]
/// #[repr(C)]
/// struct Wish { order: Order, reverse: bool, limit: usize }
///
/// #[cgo_export]
/// fn report(wish: &Wish) -> String { .. } // cgo_string report(const Wish *wish);
/// ```
///
/// On an enum (`#[repr(C)]`, or an integer's), a `#[repr(C)]` or `#[repr(transparent)]` struct, or a union: the header defines
/// it, with the fields and variants that this target has. C may well store there what is no value of Rust's, a number
/// without a variant, a `bool` of 2. So an export looks, in every build, at such types and at `bool`: by value, behind `&T`,
/// `&mut T` and `Option` of these, in slices, in a `Vec` that C gives back, in `Option<bool>`, in the fields of structs. What
/// is wrong is a panic that names function and argument, before Rust has seen it.
///
/// An export that takes a type by value or in a slice takes what C makes: a type without this attribute (or `#[cgo_import]`)
/// is an error of rustc's there, unless the export is an `unsafe fn`, in which C answers for what it passes. So is a union, of
/// which nobody can know. A field is an integer, a float, `bool`, a raw pointer, an `extern "C"` function pointer, also in an
/// `Option` if it may be null, another such type, or an array of these. A type without it behind `&T` is Rust's own: to C it
/// is a name, and an address that Rust has given out. A field that owns something (`String`, `Vec<T>`, `Box<T>`) or refers to
/// something is refused: C copies such a struct as it likes. Of a struct that implements `Drop` the header says who may let
/// the value end.
///
/// build.rs asks the C compiler how large the types are by the generated header, and where their fields; that rustc lays them
/// out so is asserted, so that no header is made that does not fit the library.
///
/// # Compared with a header
///
/// C calls the function by the prototype that it has, so `cgocall-cshim`, in build.rs, compares it with the one in the
/// header that `include` names; and, without a word, with those in all headers that imports of the package include. What
/// differs is an error at the parameter or the result. An export without `include` needs no build.rs.
///
/// The direction counts:
///
/// | in Rust | may be in the header |
/// |---|---|
/// | a parameter `*const T`, `&T`, `&[T]`, `&CStr` | a pointer to `const T`, or to `T`: what C lets Rust write, Rust may only read |
/// | a parameter `*mut T`, `&mut T`, `&mut [T]` | a pointer to `T` only |
/// | a result `*mut T` | a pointer to `T`, or to `const T` |
/// | a result `*const T`, `&'static CStr` | a pointer to `const T` only: C would write through the other |
/// | a pointer or reference to anything | `void *`, with `const` as above: whoever writes the function says what is behind it |
/// | the length of a slice | `size_t` only: Rust reads all of it |
///
/// The generated header declares such a function as the other header does, so that C may include both.
///
/// `name::C` belongs to a hidden type called `name`, so an export cannot be called like a type in the same scope:
/// rustc says that the name is defined twice. Rename the Rust function, and keep its name in C with `name = ".."`.
/// For the same reason an export of a function stands in a module or a function, and not in an `impl`.
///
/// # Types with functions
///
/// On an `impl` of a type, each `pub fn` is exported, and the type is opaque to C:
///
/// ```text
/// pub struct Counter { n: c_int }
///
/// #[cgo_export]
/// impl Counter {
///     pub fn new(start: c_int) -> Counter { .. }          // Counter *counter_new(int start);
///     pub fn add(&mut self, n: c_int) -> c_int { .. }     // int counter_add(Counter *self, int n);
///     pub fn name(&self) -> &str { .. }                   // cgo_str counter_name(const Counter *self);
///     pub fn end(self) -> c_int { .. }                    // int counter_end(Counter *self);
///     #[cgo(skip)]
///     pub fn iter(&self) -> impl Iterator<Item = c_int> { .. }
/// }                                                       // void counter_free(Counter *self);
/// ```
///
/// | in Rust | in C |
/// |---|---|
/// | `&self`, `&mut self`, and the same of another parameter | `const Counter *`, `Counter *`, not NULL: that is a panic that names function and argument |
/// | `self`, `self: Box<Self>`, a parameter `Counter` | `Counter *`, which is Rust's from then on |
/// | a result `Counter`, also in an `Option`, a `Result` or a tuple | `Counter *`, which is C's until it gives it back |
/// | a parameter or a result of another such type, `&Shelf`, `Box<Shelf>` | `const Shelf *`, `Shelf *` |
/// | a result `&str` | `cgo_str`, there until what it is of changes |
///
/// `counter_free` is there if C is given any of them by this block, and no function of it is called `free`; NULL is nothing to
/// free. Of several blocks that do, the first has it for all: build.rs tells the others. (Without `cgocall-cshim`, and of
/// `private` blocks, one block gives them out.) It is C's to see that nobody else uses what is behind a `Counter *`, while a
/// function that may change it has it, and nobody at all once it is given back. Since C may call from any thread, a type is
/// `Send` whose functions take `&mut self` or
/// `self`, and `Sync` if they take `&self`.
///
/// On a function of the block, `#[cgo(name = "c_name")]` is its symbol, `#[cgo(on_panic = VALUE)]` as above, and
/// `#[cgo(skip)]` leaves it out. On the block, `prefix = "ctr"` is what the symbols begin with; `on_panic = abort`, `private`
/// and the keys of a header hold for all of it. The pointer of `add` is `Counter::ADD_C`.
///
/// # Traits that C implements
///
/// A trait is what C gives Rust to call. The header defines a struct of its name, with a user pointer, a function for each
/// method that gets it first, and one for the end:
///
/// ```text
/// /// Where lines go.
/// #[cgo_export]
/// pub trait Log: Send {                          // typedef struct Log {
///                                                //     void *user_data;
///     fn write(&mut self, line: &str);           //     void (*write)(void *user_data, cgo_str line);
///     fn level(&self) -> c_int { 3 }             //     int (*level)(void *user_data);   may be NULL
/// }                                              //     void (*drop)(void *user_data);   may be NULL
///                                                // } Log;
/// #[cgo_export]
/// fn run(log: &mut dyn Log) { .. }               // void run(const Log *log);
///
/// #[cgo_export]
/// fn install(log: Option<Box<dyn Log>>) { .. }   // void install(const Log *log);
/// ```
///
/// | a parameter of an export | |
/// |---|---|
/// | `&dyn Log`, `&mut dyn Log` | C's, lent for the call |
/// | `Box<dyn Log>` | given away: C's `drop` is called once, when Rust drops it, or if the export panics or does not run. The trait is `Send` |
/// | `Option` of these | NULL is `None` |
///
/// The struct is copied, and looked at, when it arrives: NULL for a function is a panic that names it and the argument, unless
/// the method has a body, which runs then. Under `#[cgo(skip)]`, a method with a body is Rust's alone.
///
/// Rust calls C's functions as it does an import's: on a system stack, and by the words that an import may have, `#[cgo(blocking)]`,
/// `parks`, `inline`, `native_stack`. What a method passes are the types of an export's results (`&str` is a `cgo_str`, a
/// `String` is C's to free), and, lent for the call, references, slices and `&CStr`; a raw pointer only in an `unsafe fn`. What
/// it returns is what an import does, with `fails` and `status` for a `Result`: numbers, `bool`, enums and structs, pointers,
/// `&'static CStr`. Enums and structs are under `#[cgo_export]` or `#[cgo_import]` too, and looked at like an export's
/// arguments, also where C writes them. There are no generics, and no `self` but `&self` and `&mut self`.
///
/// Which threads may call C's functions, the supertraits say, and the header repeats it: of a trait that is `Send`, any, one at a
/// time; of one that is also `Sync`, several at a time; of others the one that has called the export, until that returns. No
/// other supertraits are possible. The trait is one of Rust's as well, which other types may implement.
#[proc_macro_attribute]
pub fn cgo_export(attr: TokenStream, item: TokenStream) -> TokenStream {
    export::expand(attr.into(), item.into(), &evidence::load_export).into()
}

/// Runs `main` as the first goroutine.
///
/// | argument | |
/// |---|---|
/// | `unsafe(migrate)` | started goroutines may change threads, `main` among them, as Go's do: whoever writes it keeps the contract in the documentation of `Builder::migrate` |
/// | `crate = path` | where `cgocall` is, if not at `::cgocall` |
#[proc_macro_attribute]
pub fn main(attr: TokenStream, item: TokenStream) -> TokenStream {
    entry::main(attr.into(), item.into()).into()
}

/// A `#[test]` that runs on a goroutine.
///
/// Tests of one process share the runtime: a test that calls `#[main]` or `Builder::run` itself cancels the goroutines of
/// the others when it ends.
#[proc_macro_attribute]
pub fn test(attr: TokenStream, item: TokenStream) -> TokenStream {
    entry::test(attr.into(), item.into()).into()
}
