//! What the manuals say, written down by hand: the other source of what is true.

use std::collections::{BTreeMap, HashMap};

use cgocall_syntax::ImportItem;
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{ForeignItem, ForeignItemFn, Item, Type};

use super::abi;
use super::generate::{self, ConstantValue};
use super::truth::{Lab, Truth, ident};
use crate::names::PackageNames;
use crate::verify::verify;

impl Lab {
    /// Compares what is written by hand with the header, and with what was discovered of it; says how much it was.
    pub(super) fn by_hand(
        &self,
        truth: &Truth,
        names: &PackageNames,
        values: &HashMap<String, ConstantValue>,
        alarms: &mut Vec<String>,
    ) -> String {
        let mut count = BTreeMap::new();
        let mut imports = Vec::new();
        let same = |a: &Type, b: &Type| {
            abi::canonical(a, &truth.pointers) == abi::canonical(b, &truth.pointers)
        };
        let mut differ = |name: &str, what: &str| alarms.push(format!("`{name}`, by hand: {what}"));
        for item in syn::parse_file(DECLARATIONS).unwrap().items {
            match item {
                Item::ForeignMod(block) => {
                    for part in block.items {
                        let ForeignItem::Fn(ours) = &part else {
                            unreachable!()
                        };
                        imports.push(self.import(quote!(unsafe extern "C" { #part })).unwrap());
                        *count.entry("functions").or_insert(0) += 1;
                        let name = ident(&ours.sig.ident);
                        let theirs = truth
                            .functions
                            .iter()
                            .find(|theirs| theirs.sig.ident == name);
                        let Some(theirs) = theirs else {
                            if !takes_any_address(truth, &name) {
                                differ(&name, "was not discovered");
                            }
                            continue;
                        };
                        let (ours, theirs) = (signature(ours), signature(theirs));
                        let agree = |(a, b): (&Option<Type>, &Option<Type>)| match (a, b) {
                            (Some(a), Some(b)) => same(a, b),
                            (a, b) => a.is_none() && b.is_none(),
                        };
                        if ours.len() != theirs.len() || !ours.iter().zip(&theirs).all(agree) {
                            differ(&name, "was discovered otherwise");
                        }
                    }
                }
                Item::Struct(ours) => {
                    imports.push(self.import(tagged(&ours, truth)).unwrap());
                    *count.entry("structs").or_insert(0) += 1;
                    let name = ident(&ours.ident);
                    let theirs = truth.aggregates.iter().find_map(|theirs| match theirs {
                        Item::Struct(theirs) if theirs.ident == name => Some(theirs),
                        _ => None,
                    });
                    let Some(theirs) = theirs else {
                        differ(&name, "was not discovered");
                        continue;
                    };
                    let mut fields = ours.fields.iter().zip(&theirs.fields);
                    let agree = fields.all(|(a, b)| a.ident == b.ident && same(&a.ty, &b.ty));
                    if ours.fields.len() != theirs.fields.len() || !agree {
                        differ(&name, "was discovered otherwise");
                    }
                }
                Item::Const(ours) => {
                    imports.push(self.import(ours.to_token_stream()).unwrap());
                    *count.entry("constants").or_insert(0) += 1;
                    let name = ident(&ours.ident);
                    let theirs = truth.constants.iter().find(|(theirs, _)| *theirs == name);
                    let value = ours.expr.to_token_stream().to_string().replace(' ', "");
                    let value = ConstantValue::Integer(value.parse().unwrap());
                    if !theirs.is_some_and(|(_, ty)| same(ty, &ours.ty))
                        || values.get(&name) != Some(&value)
                    {
                        differ(&name, "was discovered otherwise");
                    }
                }
                _ => unreachable!(),
            }
        }
        let items: Vec<&ImportItem> = imports.iter().map(|import| &import.item).collect();
        for verdict in verify(&self.unit(names, "by-hand"), &items).unwrap() {
            for finding in &verdict.findings {
                differ(&finding.node, &finding.message);
            }
        }
        format!("{count:?}")
    }
}

/// A struct has the C name that it was discovered under.
fn tagged(ours: &syn::ItemStruct, truth: &Truth) -> TokenStream {
    let theirs = truth
        .aggregates
        .iter()
        .find(|item| generate::ident_of(item) == &ours.ident);
    let attrs = match theirs {
        Some(Item::Struct(theirs)) => &theirs.attrs[..],
        _ => &[],
    };
    let c = attrs.iter().find(|attr| attr.path().is_ident("cgo"));
    quote!(#c #ours)
}

/// The parameters, and the result.
fn signature(function: &ForeignItemFn) -> Vec<Option<Type>> {
    let params = function.sig.inputs.iter().map(|input| match input {
        syn::FnArg::Typed(input) => Some((*input.ty).clone()),
        syn::FnArg::Receiver(_) => unreachable!("C has no methods"),
    });
    let result = match &function.sig.output {
        syn::ReturnType::Default => None,
        syn::ReturnType::Type(_, ty) => Some((**ty).clone()),
    };
    params.chain([result]).collect()
}

/// Whether GNU says that any `sockaddr_..` will do, by a union whose members gcc tells nobody: it is left out, and said.
fn takes_any_address(truth: &Truth, name: &str) -> bool {
    let mut left_out = truth.inexpressible.iter();
    left_out.any(|why| why.contains(&format!("`{name}`")) && why.contains("SOCKADDR_ARG"))
}

/// Imports as a person writes them.
const DECLARATIONS: &str = r##"
#[repr(C)] pub struct z_stream_s {
    pub next_in: *mut u8, pub avail_in: c_uint, pub total_in: c_ulong,
    pub next_out: *mut u8, pub avail_out: c_uint, pub total_out: c_ulong,
    pub msg: *mut c_char, pub state: *mut internal_state,
    pub zalloc: Option<unsafe extern "C" fn(*mut c_void, c_uint, c_uint) -> *mut c_void>,
    pub zfree: Option<unsafe extern "C" fn(*mut c_void, *mut c_void)>,
    pub opaque: *mut c_void, pub data_type: c_int, pub adler: c_ulong, pub reserved: c_ulong,
}
#[repr(C)] pub struct gz_header_s {
    pub text: c_int, pub time: c_ulong, pub xflags: c_int, pub os: c_int, pub extra: *mut u8, pub extra_len: c_uint,
    pub extra_max: c_uint, pub name: *mut u8, pub name_max: c_uint, pub comment: *mut u8, pub comm_max: c_uint,
    pub hcrc: c_int, pub done: c_int,
}
#[repr(C)] pub struct tm {
    pub tm_sec: c_int, pub tm_min: c_int, pub tm_hour: c_int, pub tm_mday: c_int, pub tm_mon: c_int, pub tm_year: c_int,
    pub tm_wday: c_int, pub tm_yday: c_int, pub tm_isdst: c_int, pub tm_gmtoff: c_long, pub tm_zone: *const c_char,
}
#[repr(C)] pub struct timespec { pub tv_sec: i64, pub tv_nsec: c_long }
#[repr(C)] pub struct itimerspec { pub it_interval: timespec, pub it_value: timespec }
#[repr(C)] pub struct sockaddr { pub sa_family: u16, pub sa_data: [c_char; 14] }
#[repr(C)] pub struct sockaddr_storage {
    pub ss_family: u16, pub __ss_padding: [c_char; 118], pub __ss_align: c_ulong,
}
#[repr(C)] pub struct iovec { pub iov_base: *mut c_void, pub iov_len: usize }
#[repr(C)] pub struct msghdr {
    pub msg_name: *mut c_void, pub msg_namelen: u32, pub msg_iov: *mut iovec, pub msg_iovlen: usize,
    pub msg_control: *mut c_void, pub msg_controllen: usize, pub msg_flags: c_int,
}
#[repr(C)] pub struct linger { pub l_onoff: c_int, pub l_linger: c_int }
#[repr(C)] pub struct ucred { pub pid: i32, pub uid: u32, pub gid: u32 }
#[repr(C)] pub struct div_t { pub quot: c_int, pub rem: c_int }
#[repr(C)] pub struct ldiv_t { pub quot: c_long, pub rem: c_long }
#[repr(C)] pub struct lldiv_t { pub quot: c_longlong, pub rem: c_longlong }
#[repr(C)] pub struct sched_param { pub sched_priority: c_int }
#[repr(C)] pub struct sqlite3_file { pub pMethods: *const sqlite3_io_methods }
#[repr(C)] pub struct sqlite3_vtab { pub pModule: *const sqlite3_module, pub nRef: c_int, pub zErrMsg: *mut c_char }
#[repr(C)] pub struct sqlite3_vtab_cursor { pub pVtab: *mut sqlite3_vtab }
#[repr(C)] pub struct sqlite3_mem_methods {
    pub xMalloc: Option<unsafe extern "C" fn(c_int) -> *mut c_void>,
    pub xFree: Option<unsafe extern "C" fn(*mut c_void)>,
    pub xRealloc: Option<unsafe extern "C" fn(*mut c_void, c_int) -> *mut c_void>,
    pub xSize: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
    pub xRoundup: Option<unsafe extern "C" fn(c_int) -> c_int>,
    pub xInit: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
    pub xShutdown: Option<unsafe extern "C" fn(*mut c_void)>,
    pub pAppData: *mut c_void,
}

unsafe extern "C" {
    fn fopen(path: *const c_char, mode: *const c_char) -> *mut _IO_FILE;
    fn fclose(stream: *mut _IO_FILE) -> c_int;
    fn fread(ptr: *mut c_void, size: usize, n: usize, stream: *mut _IO_FILE) -> usize;
    fn fwrite(ptr: *const c_void, size: usize, n: usize, stream: *mut _IO_FILE) -> usize;
    fn fseek(stream: *mut _IO_FILE, offset: c_long, whence: c_int) -> c_int;
    fn fgets(s: *mut c_char, size: c_int, stream: *mut _IO_FILE) -> *mut c_char;
    fn getline(line: *mut *mut c_char, n: *mut usize, stream: *mut _IO_FILE) -> isize;
    fn setvbuf(stream: *mut _IO_FILE, buf: *mut c_char, mode: c_int, size: usize) -> c_int;
    fn perror(s: *const c_char);
    fn malloc(size: usize) -> *mut c_void;
    fn free(ptr: *mut c_void);
    fn realloc(ptr: *mut c_void, size: usize) -> *mut c_void;
    fn qsort(base: *mut c_void, n: usize, size: usize,
        compare: Option<unsafe extern "C" fn(*const c_void, *const c_void) -> c_int>);
    fn bsearch(key: *const c_void, base: *const c_void, n: usize, size: usize,
        compare: Option<unsafe extern "C" fn(*const c_void, *const c_void) -> c_int>) -> *mut c_void;
    fn strtol(s: *const c_char, end: *mut *mut c_char, base: c_int) -> c_long;
    fn strtoull(s: *const c_char, end: *mut *mut c_char, base: c_int) -> c_ulonglong;
    fn strtod(s: *const c_char, end: *mut *mut c_char) -> f64;
    fn getenv(name: *const c_char) -> *mut c_char;
    fn div(numerator: c_int, denominator: c_int) -> div_t;
    fn memcpy(to: *mut c_void, from: *const c_void, n: usize) -> *mut c_void;
    fn memcmp(a: *const c_void, b: *const c_void, n: usize) -> c_int;
    fn strlen(s: *const c_char) -> usize;
    fn strtok_r(s: *mut c_char, delimiters: *const c_char, save: *mut *mut c_char) -> *mut c_char;
    fn time(t: *mut i64) -> i64;
    fn clock_gettime(clock: c_int, time: *mut timespec) -> c_int;
    fn nanosleep(duration: *const timespec, rest: *mut timespec) -> c_int;
    fn mktime(t: *mut tm) -> i64;
    fn gmtime_r(t: *const i64, result: *mut tm) -> *mut tm;
    fn strftime(s: *mut c_char, max: usize, format: *const c_char, t: *const tm) -> usize;
    fn difftime(a: i64, b: i64) -> f64;
    fn socket(domain: c_int, kind: c_int, protocol: c_int) -> c_int;
    fn bind(fd: c_int, address: *const sockaddr, len: u32) -> c_int;
    fn accept(fd: c_int, address: *mut sockaddr, len: *mut u32) -> c_int;
    fn send(fd: c_int, buf: *const c_void, len: usize, flags: c_int) -> isize;
    fn setsockopt(fd: c_int, level: c_int, name: c_int, value: *const c_void, len: u32) -> c_int;
    fn recvmsg(fd: c_int, message: *mut msghdr, flags: c_int) -> isize;
    fn pthread_join(thread: c_ulong, result: *mut *mut c_void) -> c_int;
    fn pthread_key_create(key: *mut c_uint, end: Option<unsafe extern "C" fn(*mut c_void)>) -> c_int;
    fn crc32(crc: c_ulong, buf: *const u8, len: c_uint) -> c_ulong;
    fn compress(to: *mut u8, to_len: *mut c_ulong, from: *const u8, from_len: c_ulong) -> c_int;
    fn inflate(stream: *mut z_stream_s, flush: c_int) -> c_int;
    fn deflateInit_(stream: *mut z_stream_s, level: c_int, version: *const c_char, size: c_int) -> c_int;
    fn zlibVersion() -> *const c_char;
    fn sqlite3_open(name: *const c_char, db: *mut *mut sqlite3) -> c_int;
    fn sqlite3_prepare_v2(db: *mut sqlite3, sql: *const c_char, n: c_int, statement: *mut *mut sqlite3_stmt,
        tail: *mut *const c_char) -> c_int;
    fn sqlite3_step(statement: *mut sqlite3_stmt) -> c_int;
    fn sqlite3_column_int64(statement: *mut sqlite3_stmt, column: c_int) -> i64;
    fn sqlite3_column_text(statement: *mut sqlite3_stmt, column: c_int) -> *const c_uchar;
    fn sqlite3_bind_text(statement: *mut sqlite3_stmt, index: c_int, text: *const c_char, n: c_int,
        free: Option<unsafe extern "C" fn(*mut c_void)>) -> c_int;
    fn sqlite3_errmsg(db: *mut sqlite3) -> *const c_char;
    fn sqlite3_exec(db: *mut sqlite3, sql: *const c_char,
        row: Option<unsafe extern "C" fn(*mut c_void, c_int, *mut *mut c_char, *mut *mut c_char) -> c_int>,
        context: *mut c_void, error: *mut *mut c_char) -> c_int;
}

const Z_OK: c_int = 0;
const Z_STREAM_END: c_int = 1;
const Z_STREAM_ERROR: c_int = -2;
const Z_DATA_ERROR: c_int = -3;
const Z_FINISH: c_int = 4;
const Z_BEST_COMPRESSION: c_int = 9;
const Z_DEFLATED: c_int = 8;
const SQLITE_OK: c_int = 0;
const SQLITE_BUSY: c_int = 5;
const SQLITE_MISUSE: c_int = 21;
const SQLITE_ROW: c_int = 100;
const SQLITE_DONE: c_int = 101;
const SQLITE_OPEN_READWRITE: c_int = 2;
const SQLITE_OPEN_CREATE: c_int = 4;
const SQLITE_INTEGER: c_int = 1;
const SQLITE_BLOB: c_int = 4;
const SQLITE_UTF8: c_int = 1;
const SQLITE_IOERR_READ: c_int = 266;
const EOF: c_int = -1;
const SEEK_SET: c_int = 0;
const SEEK_END: c_int = 2;
const _IOFBF: c_int = 0;
const EXIT_FAILURE: c_int = 1;
const RAND_MAX: c_int = 2147483647;
const CLOCK_REALTIME: c_int = 0;
const CLOCK_MONOTONIC: c_int = 1;
const TIMER_ABSTIME: c_int = 1;
const AF_UNIX: c_int = 1;
const AF_INET: c_int = 2;
const SOCK_STREAM: c_uint = 1;
const SOL_SOCKET: c_int = 1;
const SO_REUSEADDR: c_int = 2;
const MSG_PEEK: c_uint = 2;
const SHUT_RDWR: c_uint = 2;
const PTHREAD_CREATE_DETACHED: c_uint = 1;
const PTHREAD_MUTEX_RECURSIVE: c_uint = 1;
"##;
