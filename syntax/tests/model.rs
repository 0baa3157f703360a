//! What the parser makes of imports and exports.

use cgocall_syntax::{CType, Export, Form, Import, hash, node, symbol};

fn import(attr: &str, item: &str) -> Import {
    Import::parse(attr.parse().unwrap(), item.parse().unwrap())
        .unwrap_or_else(|errors| panic!("{errors}"))
}

fn refused(attr: &str, item: &str) -> Vec<String> {
    let import = Import::parse(attr.parse().unwrap(), item.parse().unwrap());
    let errors = import.err().expect("an error");
    errors.iter().map(|(_, message)| message).collect()
}

fn package() -> hash::Package {
    hash::Package {
        name: "my-zip".to_owned(),
        version: "0.1.0".to_owned(),
    }
}

const ZLIB: &str = r#"unsafe extern "C" {
    /// CRC-32
    pub safe fn crc32(crc: c_ulong, buf: &[u8]) -> c_ulong;
    #[cgo(blocking)] fn slow(x: c_int, done: Option<unsafe extern "C" fn(*mut c_void)>) -> Result<c_int, Errno>;
    static environ: *const *const c_char;
    #[cgo(c = "sqlite3")] pub type Db;
    fn close(db: *mut Db);
    fn stat(path: &CStr, #[cgo(c = "struct stat")] st: &mut Stat) -> c_int;
}"#;

#[test]
fn slots_are_what_c_sees() {
    let import = import(r#"include = "zlib.h", link = "z""#, ZLIB);
    assert_eq!(import.form(), Form::C);
    let functions: Vec<_> = import.block().unwrap().functions().collect();
    let spell = |index: usize| -> Vec<String> {
        let params = &functions[index].params;
        let slots = params.iter().flat_map(|param| &param.arg.slots);
        slots.map(|slot| slot.c.spell()).collect()
    };
    assert_eq!(
        spell(0),
        ["unsigned long", "const unsigned char *", "size_t"]
    );
    assert_eq!(spell(1), ["int", "void (*)(void *)"]);
    assert_eq!(spell(2), ["sqlite3 *"]);
    assert_eq!(spell(3), ["const char *", "struct stat *"]);
    assert!(functions[1].ret.errno);
    assert_eq!(
        functions[1].ret.slot.as_ref().unwrap().c,
        CType::prim("c_int")
    );
    let environ = import.block().unwrap().statics().next().unwrap();
    assert_eq!(environ.c.declare("environ"), "const char *const *environ");
    let bytes = &functions[0].params[1].arg.slots[0];
    let accepted: Vec<String> = bytes.accepts().iter().map(CType::spell).collect();
    assert_eq!(
        accepted,
        [
            "const unsigned char *",
            "const void *",
            "const char *",
            "const signed char *"
        ]
    );
}

#[test]
fn every_node_has_a_place() {
    let import = import(r#"include = "zlib.h", link = "z""#, ZLIB);
    let place = |address: &str| import.tokens_of(address).unwrap().to_string();
    assert_eq!(place(&node::attr("include", 0)), "\"zlib.h\"");
    assert_eq!(place(&node::param_type("crc32", 1)), "& [u8]");
    assert_eq!(place(&node::result("crc32")), "c_ulong");
    assert_eq!(place("crc32/param/7/type"), "crc32");
    assert_eq!(place("Db"), "Db");
    let line = import.span_of("slow").start();
    assert_eq!((line.line, line.column), (4, 24));
}

#[test]
fn equal_meaning_is_equal_hash() {
    let hash = |attr, item| hash::of(&package(), &import(attr, item)).to_string();
    let one = hash(
        "include = \"a.h\", preamble = \"int f(int);\\nint g;\"",
        "unsafe extern \"C\" { fn f(x: c_int) -> *const *const c_char; }",
    );
    assert_eq!(one.len(), 12);
    let other = hash(
        "include=r\"a.h\",preamble=r#\"int f(int);\r\nint g;\"#,",
        "/// docs\r\n unsafe extern \"C\" {\r\n/** f */ fn f ( y : c_int , )->* const*const c_char;}",
    );
    assert_eq!(one, other);
    let changed = hash(
        "include = \"a.h\", preamble = \"int f(int);\\nint g;\"",
        "unsafe extern \"C\" { fn f(x: c_uint) -> *const *const c_char; }",
    );
    assert_ne!(one, changed);
    let import = import("", "unsafe extern \"C\" { fn f(); }");
    let hash = hash::of(&package(), &import);
    assert_eq!(symbol::stub(&hash, "f"), format!("_cgo_{hash}_Cfunc_f"));
    assert_eq!(
        symbol::archive(&package(), &hash),
        format!("cgo_my_zip_{hash}")
    );
}

#[test]
fn an_export_has_c_parameters() {
    let export = Export::parse(
        "on_panic = -1".parse().unwrap(),
        "/// Adds.\nfn add(ctx: &mut Vec<c_int>, bytes: &[u8], (a, b): Pair) -> c_int { 0 }"
            .parse()
            .unwrap(),
    )
    .unwrap();
    assert_eq!(export.symbol.as_deref(), Some("add"));
    assert_eq!(export.docs(), [" Adds."]);
    let params: Vec<String> = export
        .c_params()
        .iter()
        .map(|(name, c)| c.declare(name))
        .collect();
    assert_eq!(
        params,
        [
            "void *ctx",
            "const unsigned char *bytes",
            "size_t bytes_len",
            "Pair p2"
        ]
    );
}

#[test]
fn one_run_shows_all_errors() {
    let errors = refused(
        "inlcude = \"a.h\", link = 3",
        "extern \"C\" { fn f(s: &mut str) -> String; async fn g<T>(x: T); fn h(a: ...) {} m!(); }",
    );
    assert_eq!(errors.len(), 9, "{errors:#?}");
    assert!(errors[0].contains("did you mean `include`?"));
}

#[test]
fn an_invisible_group_is_no_part_of_the_hash() {
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
    let group = |tokens: &str| {
        TokenStream::from(TokenTree::Group(Group::new(
            Delimiter::None,
            tokens.parse().unwrap(),
        )))
    };
    let (name, c_int, text, file) = (
        group("abs"),
        group("*mut c_int"),
        group("&CStr"),
        group("\"a.h\""),
    );
    let grouped = Import::parse(
        quote::quote!(include = #file),
        quote::quote!(unsafe extern "C" { fn #name(x: #c_int, text: #text) -> #c_int; }),
    );
    let plain = import(
        "include = \"a.h\"",
        "unsafe extern \"C\" { fn abs(x: *mut c_int, text: &CStr) -> *mut c_int; }",
    );
    let grouped = grouped.unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(hash::of(&package(), &grouped), hash::of(&package(), &plain));
    let function = grouped.block().unwrap().functions().next().unwrap();
    assert_eq!(function.params[1].arg.slots[0].c.spell(), "const char *");
}

#[test]
fn a_cfg_inside_counts_and_one_outside_does_not() {
    let hash = |item| hash::of(&package(), &import("", item));
    let bare = hash("unsafe extern \"C\" { fn f(); }");
    assert_eq!(
        bare,
        hash("#[cfg(unix)] #[allow(unused)] unsafe extern \"C\" { fn f(); }")
    );
    assert_eq!(
        bare,
        hash(
            "#[cfg_attr(unix, cgo_import(include = \"a.h\"))] #[cfg_attr(x, allow(y))] unsafe extern \"C\" { fn f(); }"
        )
    );
    assert_ne!(bare, hash("unsafe extern \"C\" { #[cfg(unix)] fn f(); }"));
    assert_eq!(
        bare,
        hash("unsafe extern \"C\" { #[must_use] pub fn f(); }")
    );
}

#[test]
fn what_cannot_be_understood_leaves_the_rest() {
    let item = "unsafe extern \"C\" { fn good(x: c_int); fn bad(x: &mut str); static s: String; }";
    let (import, errors) = Import::parse_partly("".parse().unwrap(), item.parse().unwrap());
    let import = import.unwrap();
    let block = import.block().unwrap();
    assert_eq!(block.functions().count(), 1);
    assert_eq!(block.refused.len(), 1);
    assert_eq!(errors.iter().count(), 2);
}

/// A finding about the second would be said under the condition of the first.
#[test]
fn no_field_and_no_variant_is_declared_twice() {
    let told = "is declared twice; if only one is meant at a time, write the whole type twice, each under `#[cfg(..)]`";
    let twice = |name: &str| [format!("`{name}` {told}")];
    let fields =
        "#[repr(C)] struct P { #[cfg(windows)] x: c_int, #[cfg(unix)] r#x: c_long, y: c_int }";
    assert_eq!(refused(r#"include = "p.h""#, fields), twice("x"));
    let fields = "#[repr(C)] union U { x: c_int, #[cfg(unix)] x: c_long }";
    assert_eq!(refused(r#"include = "p.h""#, fields), twice("x"));
    let variants = "#[repr(C)] enum E { A, #[cfg(unix)] B = 1, #[cfg(windows)] B = 2 }";
    assert_eq!(refused(r#"include = "p.h""#, variants), twice("B"));
}

/// `int f(int a[2])` takes a pointer.
#[test]
fn a_function_behind_a_pointer_has_no_arrays_by_value_either() {
    let of = |ty: &str| {
        let field = format!("#[repr(C)] struct S {{ f: Option<{ty}> }}");
        let param = format!("unsafe extern \"C\" {{ fn f(f: {ty}); }}");
        let refused = [field, param].map(|item| refused(r#"include = "p.h""#, &item));
        assert_eq!(refused[0], refused[1]);
        refused[0].concat()
    };
    let passes = "C passes no arrays by value; write a pointer here";
    let returns = "C returns no arrays; return the pointer, `*const T`";
    assert_eq!(of("unsafe extern \"C\" fn([c_int; 2])"), passes);
    assert_eq!(of("unsafe extern \"C\" fn() -> [c_int; 2]"), returns);
}

/// It was 0.
#[test]
fn a_constant_of_the_headers_has_a_header() {
    let block = r#"unsafe extern "C" { #[cgo(constant)] static EOF: c_int; }"#;
    let cure = "the value of this is a header's: say which, `#[cgo_import(include = \"..\")]`";
    assert_eq!(refused("", block), [cure]);
    assert_eq!(refused(r#"link = "m""#, block), [cure]);
    import(r#"include = "stdio.h""#, block);
    import(r#"source = "c/constants.c""#, block);
}

/// Else the build script looks for one, and runs the C compiler each time.
#[test]
fn a_type_has_no_archive() {
    let preamble = r#"preamble = "struct p { int x; };""#;
    assert!(!import(preamble, "#[repr(C)] struct p { x: c_int }").has_archive());
    let block = r#"unsafe extern "C" { type p; }"#;
    assert!(import(preamble, block).has_archive());
}

#[test]
fn a_field_may_be_opaque_or_store_bitfields() {
    let text = r#"#[repr(C)] struct s {
        #[cgo(opaque)] wide: Vec<u8>,
        #[cgo(bits(pub ready: c_uint = 1, r#type: kind = 0x3f))] bits: [u8; 8],
    }"#;
    let header = "include = \"x.h\"";
    let parsed = import(header, text);
    let address = node::bitfield(&node::member("s", "bits"), "type");
    let tokens = |address: &str| parsed.tokens_of(address).unwrap().to_string();
    assert_eq!(tokens(&address), "r#type");
    assert_eq!(tokens(&node::ty(&address)), "kind");
    assert_eq!(tokens(&node::value(&address)), "0x3f");
    let hash = |import: &Import| hash::of(&package(), import);
    for (from, to) in [
        ("ready: c_uint = 1", "ready: c_uint = 2"),
        ("ready: c_uint", "ready: c_int"),
        ("ready", "redy"),
        ("#[cgo(opaque)] wide: Vec<u8>", "wide: u8"),
    ] {
        let other = import(header, &text.replace(from, to));
        assert_ne!(hash(&parsed), hash(&other), "{from}");
    }
    let private = import(header, &text.replace("pub ", "/** Docs. */"));
    assert_eq!(hash(&parsed), hash(&private), "which is not C's");
}

#[test]
fn what_is_said_of_a_field_has_to_make_sense() {
    let says = |field: &str| {
        refused(
            "include = \"x.h\"",
            &format!("#[repr(C)] struct s {{ {field} }}"),
        )
        .join("\n")
    };
    for (field, message) in [
        (
            "#[cgo(bits)] a: u8",
            "write the list: `bits(ready: c_uint = 1, ..)`",
        ),
        ("#[cgo(bits(x: c_uint))] a: u8", "expected `=`"),
        (
            "#[cgo(bits(x: c_uint = N))] a: u8",
            "write the number of its bits",
        ),
        ("#[cgo(bits(x: c_uint = 65))] a: u8", "from 1 to 64 bits"),
        ("#[cgo(bits(x: c_uint = 0))] a: u8", "from 1 to 64 bits"),
        ("#[cgo(bits(x: f32 = 3))] a: u8", "an integer or a `bool`"),
        (
            "#[cgo(bits(x: *mut u8 = 3))] a: u8",
            "an integer or a `bool`",
        ),
        (
            "#[cgo(bits(#[cfg(unix)] x: u8 = 3))] a: u8",
            "write the whole type twice",
        ),
        (
            "#[cgo(bits(x: u8 = 1, x: u8 = 1))] a: u8",
            "`x` is declared twice",
        ),
        (
            "#[cgo(bits(x: u8 = 1))] a: u8, #[cgo(bits(x: u8 = 1))] b: u8",
            "`x` is declared twice",
        ),
        (
            "#[cgo(bits(x: u8 = 1))] a: bool",
            "stored in an integer or in `[u8; N]`",
        ),
        (
            "#[cgo(bits(x: u8 = 1))] a: [u16; 2]",
            "stored in an integer or in `[u8; N]`",
        ),
        (
            "#[cgo(bits(x: u8 = 1), opaque)] a: u8",
            "cannot be `bits` and `opaque`",
        ),
        ("#[cgo(bits(x: u8 = 1), c = \"b\")] a: u8", "no name in C"),
        ("#[cgo(opaque = 1)] a: u8", "`opaque` takes no value"),
        ("#[cgo(opaque(1))] a: u8", "take no parentheses"),
    ] {
        let found = says(field);
        assert!(found.contains(message), "{field}: {found}");
    }
    let constant = "unsafe extern \"C\" { #[cgo(opaque)] fn f(); }";
    assert_eq!(
        refused("", constant),
        ["`opaque` means nothing on a function"]
    );
}

#[test]
fn a_member_without_a_name_has_a_type_of_its_own() {
    let header = "include = \"x.h\"";
    let of = |item: &str| hash::of(&package(), &import(header, item));
    let anonymous = "#[repr(C)] struct s { #[cgo(anonymous)] u: inner }";
    assert_ne!(of(anonymous), of("#[repr(C)] struct s { u: inner }"));
    import(
        header,
        "#[cgo(c = \"struct s.0.1\")] #[repr(C)] struct inner { x: c_int }",
    );
    import(header, "#[cgo(c = \"s.list[0]\")] pub type item = c_int;");
    for (item, message) in [
        (
            "#[repr(C)] struct s { #[cgo(anonymous)] u: c_int }",
            "is a struct or a union",
        ),
        (
            "#[repr(C)] struct s { #[cgo(anonymous, c = \"u\")] u: inner }",
            "no name in C",
        ),
        (
            "#[repr(C)] struct s { #[cgo(anonymous, opaque)] u: inner }",
            "cannot be `anonymous` and `opaque`",
        ),
        (
            "#[cgo(c = \"struct s.0\")] type t = c_int;",
            "is a struct or a union",
        ),
        (
            "#[cgo(c = \"struct s.\")] #[repr(C)] struct t { x: c_int }",
            "nor the way to one",
        ),
        (
            "#[cgo(c = \"s[1]\")] #[repr(C)] struct t { x: c_int }",
            "nor the way to one",
        ),
    ] {
        let found = refused(header, item).join("\n");
        assert!(found.contains(message), "{item}: {found}");
    }
}

#[test]
fn a_function_pointer_type_may_be_a_typedef_of_a_header() {
    let item = "#[cgo(c = \"notify_fn\", inline)] type Notify = unsafe extern \"C\" fn(c_int);";
    let parsed = import("include = \"x.h\"", item);
    assert_eq!(parsed.form(), Form::C);
    assert!(!parsed.has_archive());
    let other = import("include = \"x.h\"", &item.replace("notify_fn", "other_fn"));
    assert_ne!(hash::of(&package(), &parsed), hash::of(&package(), &other));
    let linked = refused("include = \"x.h\", link = \"z\"", item).join("\n");
    assert!(linked.contains("nothing to link"), "{linked}");
    let nowhere = refused("", item).join("\n");
    assert!(nowhere.contains("say which"), "{nowhere}");
    let plain = refused("define = \"X\"", item).join("\n");
    assert!(plain.contains("`define` means nothing on it"), "{plain}");
}

#[test]
fn what_is_deeper_than_a_stack_is_refused_with_words() {
    // As rustc runs a macro.
    let stack = std::thread::Builder::new().stack_size(8 << 20);
    let run = || {
        for (open, inner, close) in [
            ("*const ", "u8", ""),
            ("A<", "u8", ">"),
            ("[", "u8", "; 1]"),
        ] {
            let item = |depth| {
                let (open, close) = (open.repeat(depth), close.repeat(depth));
                format!("unsafe extern \"C\" {{ static v: *const {open}{inner}{close}; }}")
            };
            let bearable = item(60).parse().unwrap();
            let (_, errors) = Import::parse_partly("".parse().unwrap(), bearable);
            assert!(
                errors
                    .iter()
                    .all(|(_, message)| !message.contains("deeper"))
            );
            let [message] = &refused("", &item(50_000))[..] else {
                panic!("one error")
            };
            assert!(message.starts_with("this nests deeper than a compiler's stack"));
        }
        let body = format!("fn f() {{ {} }}", "{".repeat(50_000) + &"}".repeat(50_000));
        let export = Export::parse("".parse().unwrap(), body.parse().unwrap());
        let errors = export.err().expect("an error");
        assert!(
            errors.to_string().starts_with("1:1: this nests deeper"),
            "{errors}"
        );
    };
    stack.spawn(run).unwrap().join().unwrap();
}
