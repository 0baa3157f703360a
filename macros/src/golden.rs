//! Expansions as a person would read them, compared with `golden/*.rs`.
//!
//! After a change that is meant, `CGOCALL_GOLDEN=write cargo test -p cgocall-macros` writes them anew; read the
//! difference before it is committed.

use cgocall_syntax::owner::Owner;
use cgocall_syntax::record::{Bitfield, Constant, Finding, Layout, Link, Offset, Record, Size};
use proc_macro2::TokenStream;
use std::path::Path;

/// Reads tokens as rustc would hand them over.
fn tokens(text: &str) -> TokenStream {
    text.parse().expect("the test's own tokens")
}

fn import(attr: &str, item: &str, record: &Record) -> TokenStream {
    crate::import::expand(tokens(attr), tokens(item), &|_, _| Ok(record.clone()))
}

fn compare(name: &str, expansion: TokenStream) {
    let file = syn::parse2(expansion).expect("an expansion is made of items");
    let text = steady(&prettyplease::unparse(&file));
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("golden")
        .join(name)
        .with_extension("rs");
    if std::env::var_os("CGOCALL_GOLDEN").is_some_and(|mode| mode == "write") {
        std::fs::write(&path, &text).expect("golden files can be written");
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(text == golden, "{} is now:\n{text}", path.display());
}

/// The hash has the version of this package in it: written as a word, so that the files outlive a release.
fn steady(text: &str) -> String {
    let prefix = "cgo_cgocall_macros_";
    match text.find(prefix) {
        Some(start) => {
            let hash = &text[start + prefix.len()..][..12];
            text.replace(hash, "hash")
        }
        None => text.to_owned(),
    }
}

#[test]
fn a_plain_block_has_rust_stubs() {
    let item = r#"unsafe extern "C" {
        /// The length of `text`.
        pub safe fn strlen(text: &CStr) -> usize;
        pub(crate) safe fn rmdir(path: &CStr) -> Result<c_int, Errno>;
        #[cgo(parks, inline)]
        fn nothing();
        pub static mut environ: *mut *mut c_char;
        #[cgo(c = "FILE")] pub type File;
    }"#;
    compare("plain", import("link = \"m\"", item, &Record::default()));
}

#[test]
fn closures_are_a_function_and_a_user_pointer() {
    let item = r#"unsafe extern "C" {
        pub safe fn qsort_r(
            base: &mut [c_int],
            size: usize,
            compare: impl FnMut(&c_int, &c_int, UserData) -> c_int,
            _: UserData,
        );
        fn create(
            db: *mut Db,
            data: UserData,
            #[cgo(user_data = user_data)] step: Option<impl FnMut(*mut Context) + Send + 'static>,
            #[cgo(user_data = user_data, on_panic = -1)] end: impl Fn(*mut Context) -> c_int + Send + Sync + 'static,
            drop: DropUserData,
        ) -> c_int;
        safe fn busy(handler: Option<&Callback<dyn FnMut(UserData, c_int) -> c_int + Send>>, _: UserData);
    }"#;
    compare("closures", import("", item, &Record::default()));
}

#[test]
fn a_verified_block_has_c_stubs_and_asserts() {
    let item = r#"unsafe extern "C" {
        /// CRC-32 of `buf`, continued from `crc`.
        pub safe fn crc32(crc: c_ulong, buf: &[u8]) -> c_ulong;
        #[cfg(unix)]
        #[cgo(blocking)]
        fn fill(stat: &mut Stat, token: Option<Token>) -> Result<(), Errno>;
        safe fn zlibVersion() -> &'static CStr;
    }"#;
    let record = Record {
        links: vec![Link {
            kind: "dylib".to_owned(),
            name: "extra".to_owned(),
        }],
        layouts: vec![Layout {
            ty: "Stat".to_owned(),
            size: 144,
            align: 8,
            basic: String::new(),
        }],
        ..Record::default()
    };
    compare(
        "verified",
        import("include = \"zlib.h\", sys = libz_sys", item, &record),
    );
}

#[test]
fn a_type_and_a_constant_stay_and_are_asserted() {
    let record = Record {
        layouts: vec![Layout {
            ty: "Tm".to_owned(),
            size: 56,
            align: 8,
            basic: String::new(),
        }],
        offsets: vec![
            Offset {
                field: "sec".to_owned(),
                bytes: 0,
            },
            Offset {
                field: "zone".to_owned(),
                bytes: 48,
            },
        ],
        constants: vec![
            Constant {
                name: "EOF".to_owned(),
                value: "-1".to_owned(),
            },
            Constant {
                name: "Read".to_owned(),
                value: "1".to_owned(),
            },
            Constant {
                name: "NAME".to_owned(),
                value: "7a6c6962".to_owned(),
            },
        ],
        ..Record::default()
    };
    let item = r#"
        /// A time of day.
        #[cgo(c = "struct tm")]
        #[repr(C)]
        #[derive(Clone, Copy)]
        pub struct Tm {
            #[cgo(c = "tm_sec")]
            pub sec: c_int,
            #[cfg(unix)]
            #[cgo(c = "tm_zone")]
            zone: *const c_char,
        }
    "#;
    compare("struct", import("include = \"time.h\"", item, &record));
    let item = r#"
        #[repr(C)]
        pub enum Mode { #[cgo(c = "MODE_READ")] Read = 1 }
    "#;
    compare("enum", import("include = \"mode.h\"", item, &record));
    let item = "pub const EOF: c_int = !0;";
    compare("constant", import("include = \"stdio.h\"", item, &record));
    let item = r#"unsafe extern "C" {
        #[cgo(constant)] pub static EOF: c_int;
        #[cgo(constant, c = "ZLIB_NAME")] static NAME: &CStr;
    }"#;
    compare(
        "header_constants",
        import("include = \"stdio.h\"", item, &record),
    );
}

#[test]
fn a_field_that_stores_bitfields_has_functions_for_them() {
    let bitfield = |field: &str, name: &str, bit| Bitfield {
        field: field.to_owned(),
        name: name.to_owned(),
        bit,
    };
    let record = Record {
        sizes: vec![Size {
            field: "wide".to_owned(),
            bytes: 16,
        }],
        bitfields: vec![
            bitfield("bits", "ready", 160),
            bitfield("bits", "type", 161),
        ],
        ..Record::default()
    };
    let item = r#"
        #[repr(C)]
        pub struct state {
            #[cgo(opaque)]
            wide: [u8; 16],
            pub count: c_int,
            #[cfg(unix)]
            #[cgo(bits(
                /// Whether it is.
                pub ready: bool = 1,
                r#type: c_int = 3,
            ))]
            bits: c_uint,
        }
    "#;
    compare("bitfields", import("include = \"state.h\"", item, &record));
    let item = r#"
        #[repr(C)]
        union either { whole: c_int, #[cgo(bits(pub ready: c_uint = 1))] bits: [u8; 1] }
    "#;
    let record = Record {
        bitfields: vec![bitfield("bits", "ready", 0)],
        ..Record::default()
    };
    compare(
        "bitfields_of_a_union",
        import("include = \"state.h\"", item, &record),
    );
}

#[test]
fn a_function_pointer_type_of_a_header_asserts_what_its_types_are() {
    let record = Record {
        layouts: vec![Layout {
            ty: "event".to_owned(),
            size: 4,
            align: 4,
            basic: "c_uint".to_owned(),
        }],
        ..Record::default()
    };
    let item = "#[cgo(c = \"notify_fn\")] pub type Notify = unsafe extern \"C\" fn(what: event);";
    compare(
        "pointer_of_a_header",
        import("include = \"notify.h\"", item, &record),
    );
}

#[test]
fn a_member_without_a_name_is_as_large_as_its_type() {
    let record = Record {
        layouts: vec![Layout {
            ty: "inner".to_owned(),
            size: 16,
            align: 0,
            basic: String::new(),
        }],
        offsets: vec![Offset {
            field: "u".to_owned(),
            bytes: 8,
        }],
        sizes: vec![Size {
            field: "u".to_owned(),
            bytes: 4,
        }],
        ..Record::default()
    };
    let item = r#"
        #[cgo(c = "struct outer.0")]
        #[repr(C)]
        pub struct inner { pub first: c_int, #[cgo(anonymous)] pub u: deepest }
    "#;
    compare("unnamed", import("include = \"outer.h\"", item, &record));
}

#[test]
fn a_finding_stands_beside_the_function() {
    let item = r#"unsafe extern "C" { safe fn crc32(crc: u64, buf: &[u8]) -> c_ulong; }"#;
    let record = Record {
        findings: vec![Finding {
            node: "crc32/param/0/type".to_owned(),
            message: "`crc` is `uLong` in zlib.h; write `c_ulong`".to_owned(),
        }],
        ..Record::default()
    };
    compare("finding", import("include = \"zlib.h\"", item, &record));
}

#[test]
fn texts_are_copied_for_the_call() {
    let item = r#"unsafe extern "C" {
        safe fn setlocale(category: c_int, locale: Option<&CStr>) -> Option<&'static CStr>;
        safe fn puts(text: &str) -> c_int;
        #[cgo(blocking)]
        safe fn rename(old: &Path, new: String) -> Result<c_int, Errno>;
    }"#;
    compare("texts", import("", item, &Record::default()));
}

#[test]
fn a_result_is_judged_by_its_rule() {
    let item = r#"unsafe extern "C" {
        #[cgo(fails = -1)]
        safe fn mmap(length: usize) -> Result<NonNull<c_void>, Errno>;
        safe fn sqlite3_reset(stmt: &mut sqlite3_stmt) -> Result<(), SqliteError>;
        #[cgo(fails = negative)]
        safe fn archive_read(a: &mut archive) -> Result<ssize_t, ArchiveError>;
    }"#;
    compare("results", import("", item, &Record::default()));
}

#[test]
fn what_is_lent_or_copied_is_made_of_a_pointer() {
    let item = r#"unsafe extern "C" {
        safe fn shelf_find(shelf: &Shelf, name: &str) -> Option<&CStr>;
        #[cgo(free = free)]
        safe fn strdup(text: &CStr) -> Result<String, Errno>;
        #[cgo(len = shelf_count(shelf))]
        safe fn shelf_books(shelf: &Shelf) -> &[Book];
    }"#;
    compare("returned", import("", item, &Record::default()));
}

#[test]
fn what_may_be_no_value_is_looked_at() {
    let item = r#"unsafe extern "C" {
        safe fn mode() -> Mode;
        safe fn is_open(mode: &mut Mode, modes: &mut [Mode]) -> Result<bool, Errno>;
    }"#;
    compare("values", import("", item, &Record::default()));
    let item = "pub type NextMode = unsafe extern \"C\" fn(mode: Mode) -> Mode;";
    compare("pointer_to_values", import("", item, &Record::default()));
    let item = "fn on_mode(mode: Mode, rows: Handle<Rows>) -> bool { true }";
    let record = |_: &_, _: &_| Ok(Record::default());
    compare(
        "export_of_values",
        crate::export::expand(tokens(""), tokens(item), &record),
    );
}

#[test]
fn a_type_says_what_c_may_get_wrong_of_it() {
    let record = |_: &_, _: &_| Ok(Record::default());
    let order = "#[repr(C)] enum Order { Up = 1, #[cfg(unix)] Down }";
    let sorted = "#[repr(C)] struct Sorted { order: Order, #[cfg(unix)] flags: [bool; 2], next: *mut Sorted }";
    let items = [
        order,
        sorted,
        "fn sort(all: &mut [Sorted], back: Vec<Order>, by: Option<&Order>, last: Sorted) {}",
        "unsafe fn sort_anyhow(last: Sorted, by: &Order) {}",
    ];
    let items = items.map(|item| crate::export::expand(tokens(""), tokens(item), &record));
    compare("export_types", items.into_iter().collect());
}

#[test]
fn a_duration_is_copied_for_the_call() {
    let item = r#"unsafe extern "C" {
        safe fn keep(handle: Handle<Rows>, time: Duration) -> Handle<Rows>;
        safe fn nanosleep(time: Option<Duration>, left: *mut c_void) -> Result<c_int, Errno>;
    }"#;
    compare("given", import("", item, &Record::default()));
}

#[test]
fn a_refused_function_keeps_its_neighbours() {
    let item = r#"unsafe extern "C" {
        safe fn good(x: c_int) -> c_int;
        safe fn bad(x: &mut str) -> &str;
    }"#;
    compare("refused", import("", item, &Record::default()));
}

#[test]
fn what_c_returns_through_pointers_is_a_result() {
    let item = r#"unsafe extern "C" {
        safe fn frexp(x: f64, #[cgo(out)] exponent: c_int) -> f64;
        safe fn pipe(#[cgo(out)] ends: [c_int; 2]) -> Result<(), Errno>;
        fn find(name: &str, #[cgo(out)] found: NonNull<Row>, #[cgo(out)] text: Option<&'static CStr>);
        #[cgo(blocking)]
        safe fn wait(id: c_int, #[cgo(out)] status: Status) -> Result<c_int, Errno>;
    }"#;
    compare("outs", import("", item, &Record::default()));
}

#[test]
fn an_opaque_type_closes_itself() {
    let item = r#"unsafe extern "C" {
        /// A database.
        #[cgo(c = "sqlite3", drop = sqlite3_close, send)]
        pub type Db;
        safe fn sqlite3_open(path: &Path, #[cgo(out)] db: Db) -> c_int;
        safe fn sqlite3_changes(db: &Db) -> c_int;
        safe fn sqlite3_next(db: Option<&mut Db>) -> Option<Db>;
        fn sqlite3_close(db: Db) -> c_int;
        #[cfg(unix)] #[cgo(drop = free)] type Buffer;
        safe fn malloc(size: usize) -> Result<Buffer, Errno>;
        fn free(buffer: *mut c_void);
    }"#;
    compare("owners", import("", item, &Record::default()));
}

#[test]
fn what_closes_itself_is_known_in_another_block() {
    let record = Record {
        owners: vec![Owner {
            rust: "ffi::Db".to_owned(),
            c: "sqlite3".to_owned(),
        }],
        ..Record::default()
    };
    let item = r#"unsafe extern "C" { fn sqlite3_changes(db: &ffi::Db) -> c_int; }"#;
    compare(
        "owner_of_another",
        import("include = \"sqlite3.h\"", item, &record),
    );
    let item = r#"unsafe extern "C" { fn sqlite3_changes(db: *mut ffi::Db) -> c_int; }"#;
    let said = import("include = \"sqlite3.h\"", item, &record).to_string();
    assert!(said.contains("`ffi::Db` closes itself"), "{said}");
}

#[test]
fn a_function_pointer_type_can_be_called() {
    let item = r#"
        /// Takes a token.
        pub type Token = unsafe extern "C" fn(ctx: *mut c_void, text: *const c_char, c_int) -> c_int;
    "#;
    compare("pointer", import("parks", item, &Record::default()));
}

#[test]
fn exports_pack_a_frame() {
    let record = || Ok(Record::default());
    let export = |attr, item| crate::export::expand(tokens(attr), tokens(item), &|_, _| record());
    let item = "/// A row.\npub fn on_row(ctx: &mut Rows, n: c_int) -> c_int { ctx.push(n); 0 }";
    compare("export", export("", item));
    let item = "unsafe fn sum(all: &[c_int], name: &CStr) -> c_int { 0 }";
    compare("export_private", export("private, on_panic = -1", item));
    let item = "fn greet(name: &str, times: Option<u32>) -> String { name.to_owned() }";
    compare("export_texts", export("", item));
    let item = "fn parse(text: &str) -> Result<(c_int, Vec<Point>), Error> { text.parse() }";
    compare("export_fallible", export("", item));
    let item = r#"impl Counter {
        /// Starts at `start`.
        pub fn new(start: c_int) -> Self { Counter(start) }
        pub fn add(&mut self, n: c_int) -> c_int { self.0 += n; self.0 }
        #[cfg(unix)]
        #[cgo(name = "counter_end")]
        pub fn finish(self) -> c_int { self.0 }
        #[cgo(skip)]
        pub fn peek(&self) -> &c_int { &self.0 }
        fn private(&self) {}
    }"#;
    compare("export_impl", export("", item));
    compare(
        "export_abort",
        export("name = \"tick_now\", on_panic = abort", "fn tick() {}"),
    );
}

#[test]
fn a_trait_is_a_struct_that_c_fills_in() {
    let record = || Ok(Record::default());
    let export = |attr, item| crate::export::expand(tokens(attr), tokens(item), &|_, _| record());
    let item = r#"/// Where lines go.
    pub trait Log: Send {
        /// Writes one.
        fn write(&mut self, line: &str) -> bool;
        #[cgo(blocking)]
        fn flush(&mut self) -> Result<(), Errno> { Ok(()) }
    }"#;
    compare("export_trait", export("", item));
    let item =
        "fn log_to(log: &mut dyn Log, or: Option<&dyn Log>, kept: Box<dyn Log>) -> c_int { 0 }";
    compare("export_objects", export("", item));
}

#[test]
fn what_a_header_has_against_an_export_is_said_at_the_token() {
    let finding = Finding {
        node: "on_row/param/0/type".to_owned(),
        message: "`n` is `int`".to_owned(),
    };
    let record = Record {
        findings: vec![finding],
        ..Record::default()
    };
    let said = |attr, record: Result<Record, String>| {
        let item = tokens("#[cfg(unix)] fn on_row(n: u64) {}");
        let expansion = crate::export::expand(tokens(attr), item, &|_, _| record.clone());
        let text = expansion.to_string();
        (
            text.contains("compile_error"),
            text.matches("cfg (unix)").count(),
        )
    };
    let (is_said, cfgs) = said("", Ok(record));
    let (is_silent, fewer) = said("", Ok(Record::default()));
    assert_eq!((is_said, is_silent), (true, false));
    assert_eq!(
        cfgs,
        fewer + 1,
        "where the export is not compiled, neither is the error"
    );
    // Without a record, only who asked for a header is told.
    let none = || Err("no build.rs".to_owned());
    assert!(!said("", none()).0);
    assert!(said("include = \"plugin.h\"", none()).0);
}

#[test]
fn entries_wrap_their_body() {
    let item = tokens("fn main() -> Result<(), Error> { run()?; Ok(()) }");
    compare("main", crate::entry::main(TokenStream::new(), item));
    let item = tokens("fn main() -> Result<(), Error> { run()?; Ok(()) }");
    compare(
        "main_migrating",
        crate::entry::main(tokens("unsafe(migrate)"), item),
    );
    let item = tokens("#[ignore] fn works() { assert!(true) } ");
    compare("test", crate::entry::test(TokenStream::new(), item));
    let item = tokens("#[should_panic] fn fails() { panic!() } ");
    compare(
        "test_should_panic",
        crate::entry::test(TokenStream::new(), item),
    );
}
