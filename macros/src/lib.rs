//! `#[cgo_import]`, `#[cgo_export]`, `#[main]` and `#[test]` of cgocall: the model of `cgocall-syntax` goes in, tokens
//! come out.
//!
//! Depend on `cgocall`, which re-exports these. The tokens name nothing but `::cgocall::__private` and `::core`.

mod entry;
mod evidence;
mod export;
mod frame;
mod function;
#[cfg(test)]
mod golden;
mod import;
mod names;
mod pointer;
mod refused;
mod truth;

use proc_macro::TokenStream;

/// Imports C functions, variables and types.
///
/// On an `unsafe extern "C" { .. }` block, each function becomes a Rust function that calls C through the runtime;
/// on `type Name = unsafe extern "C" fn(..)`, the type gets a method `call`.
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
/// | `source` | a C file to compile, relative to the package |
/// | `define` | `"NAME"` or `"NAME=VALUE"` |
/// | `cflags` | arguments of the C compiler |
/// | `link` | a library: `"z"` |
/// | `pkg_config` | a library that pkg-config knows: `"zlib >= 1.2"` |
/// | `sys` | a -sys crate that brings header and library: `libz_sys` |
/// | `crate` | where `cgocall` is, if not at `::cgocall` |
///
/// # `#[cgo(..)]` in the block
///
/// On a function, how the runtime may call it; of a function pointer type, `#[cgo_import(..)]` says it:
///
/// | key | |
/// |---|---|
/// | `blocking` | a park point: runs on a helper thread, while the goroutine's own goes on with others |
/// | `parks` | its C code tolerates other C calls of the thread while a callback is parked |
/// | `inline` | keeps its P always, and is never timed: for calls that are short without exception. If it blocks, nobody rescues the goroutines behind it; and a goroutine that does little else keeps the others waiting longer than 10 ms, since sysmon takes a P in Rust code only |
/// | `native_stack` | waits for the thread's native stack instead of using a pooled one: for C that looks at its thread's stack bounds (Boehm GC, CPython, JVM) |
///
/// All of them combine but `blocking`, which stands alone.
///
/// And `c = "name"`: of a function, a variable or a type the name in C, where it differs; of a parameter the spelling
/// of its named type: `#[cgo(c = "struct stat")] st: &mut Stat`.
///
/// # Types
///
/// Primitive types, the `c_*` types, raw pointers, `extern "C"` function pointers (in an `Option` if they may be null),
/// `repr(C)` structs and enums, `&T`, `&mut T`, `&CStr`, and `&[T]`, `&mut [T]`, which are a pointer and a length in C.
/// Results: the same by value, `&'static CStr`, and `Result<T, Errno>`.
#[proc_macro_attribute]
pub fn cgo_import(attr: TokenStream, item: TokenStream) -> TokenStream {
    import::expand(attr.into(), item.into(), &evidence::load).into()
}

/// Lets C call a Rust function.
///
/// The function stays as it is. C sees a symbol of the same name, and Rust code that hands a pointer to C writes
/// `name::C`, a constant of an `extern "C" fn` type.
///
/// A panic never reaches C: C gets zero, or the value of `on_panic`, and the panic goes on in the Rust code that
/// called C.
///
/// | key | |
/// |---|---|
/// | `private` | no symbol, only `name::C`: right for callbacks |
/// | `name = "c_name"` | the symbol, if it is not the function's name |
/// | `on_panic = VALUE` | what C gets when the function panics |
/// | `on_panic = abort` | end the process when the function panics |
/// | `crate = path` | where `cgocall` is, if not at `::cgocall` |
///
/// `name::C` belongs to a hidden type called `name`, so an export cannot be called like a type in the same scope:
/// rustc says that the name is defined twice. Rename the Rust function, and keep its name in C with `name = ".."`.
#[proc_macro_attribute]
pub fn cgo_export(attr: TokenStream, item: TokenStream) -> TokenStream {
    export::expand(attr.into(), item.into()).into()
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
#[proc_macro_attribute]
pub fn test(attr: TokenStream, item: TokenStream) -> TokenStream {
    entry::test(attr.into(), item.into()).into()
}
