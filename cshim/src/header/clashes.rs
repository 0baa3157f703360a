//! Names that C cannot have, or that would clash: what becomes of them.

use std::process::Command;
use std::{env, fs, process};

use super::tests::{READERS, header, made};

/// Everything that may stand in front of the header.
const STANDARD: &str = "
#include <assert.h>\n#include <complex.h>\n#include <ctype.h>\n#include <errno.h>\n#include <math.h>\n#include <setjmp.h>
#include <signal.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <sys/stat.h>\n#include <time.h>
";

/// Has every compiler read the header of `text`, by itself and behind C's own headers; and `user`, who includes it.
fn read(test: &str, text: &str, user: &str) -> String {
    let (text, warnings) = header(text);
    assert!(warnings.is_empty(), "{warnings:?}");
    let dir = env::temp_dir().join(format!("cgocall-header-{test}-{}", process::id()));
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("my-plugin.h"), &text).unwrap();
    let user = format!("#include \"my-plugin.h\"\n{user}\n");
    fs::write(dir.join("alone.c"), &user).unwrap();
    fs::write(dir.join("behind.c"), format!("{STANDARD}{user}")).unwrap();
    let alone = READERS.iter().filter(|(.., std)| {
        let ends = ["=c99", "=c17", "=c++11", "=c++17"];
        ends.iter().any(|end| std.ends_with(end))
    });
    let alone = alone.map(|&(compiler, language, std)| (compiler, language, std, "alone.c"));
    let gnu = [
        ("gcc", "c", "-std=gnu17"),
        ("clang++", "c++", "-std=gnu++17"),
    ];
    let behind = gnu.map(|(compiler, language, std)| (compiler, language, std, "behind.c"));
    let mut count = 0;
    for (compiler, language, std, file) in alone.chain(behind) {
        let mut command = Command::new(compiler);
        command.current_dir(&dir).args(["-x", language, std, file]);
        command.args(["-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only"]);
        let Ok(output) = command.output() else {
            continue;
        };
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}: {words}\n{text}");
        count += 1;
    }
    fs::remove_dir_all(&dir).unwrap();
    assert!(count > 0, "there is no C compiler");
    text
}

#[test]
fn parameters_have_names_that_c_can_have() {
    let text = read(
        "params",
        r#"
        #[cgo_export] fn words(class: i32, class_: i32, errno: i32, linux: i32, NULL: i32, int32_t: i32, size_t: usize) {}
        #[cgo_export] fn types(point: &point, other: &point, Rows: &Rows, more: &Rows, cgo_str: &str, text: &str) {}
        #[cgo_export] fn lengths(buf_len: u32, buf: &[u8], to: &mut [u8], to_len: i8) {}
        #[cgo_export] fn results(result: u8, result_: u8) -> Result<u32, String> { loop {} }
        #[cgo_export] fn patterns((a, b): Pair, p0: u8, _: u8) {}
        #[cgo_export] fn macros(Big_One: u8, CGOCALL_MY_PLUGIN_H: u8, cgo_str_DEFINED: u8, big: Big, __LINE__: u8) {}
        #[cgo_export] fn calls(isnan: u8, round: f64, assert: Option<unsafe extern "C" fn(u8) -> u8>) {}
        #[cgo_export] #[repr(u64)] pub enum Big { One = 0xffff_ffff_ffff_ffff }
        #[cgo_export] #[repr(C)] pub struct Pair { a: u8 }
        pub struct point; pub struct Rows;
        "#,
        "int main(void) { return 0; }",
    );
    for line in [
        "void words(int32_t class__, int32_t class_, int32_t errno_, int32_t linux_, int32_t NULL_, int32_t int32_t_, size_t size_t_);",
        "void types(const point *point_, const point *other, const Rows *Rows_, const Rows *more, cgo_str cgo_str_, cgo_str text);",
        " * - buf: buf_len_ of them, NULL for none; borrowed for the call.",
        " * - to: to_len_ of them, NULL for none; borrowed for the call, and used by nobody else meanwhile.",
        "void lengths(uint32_t buf_len, const uint8_t *buf, size_t buf_len_, uint8_t *to, size_t to_len_, int8_t to_len);",
        " * - result__: may be NULL, if it is not wanted; written where 0 is returned.",
        "int results(uint8_t result, uint8_t result_, uint32_t *result__);",
        "void macros(uint8_t Big_One_, uint8_t CGOCALL_MY_PLUGIN_H_, uint8_t cgo_str_DEFINED_, Big big, uint8_t __LINE___);",
        "void calls(uint8_t isnan, double round, uint8_t (*assert)(uint8_t));",
    ] {
        assert!(text.lines().any(|is| is == line), "{line}\n{text}");
    }
}

#[test]
fn members_have_names_that_c_can_have() {
    let text = read(
        "members",
        r#"
        #[cgo_export] #[repr(C)] pub struct point { x: f64, unix: f64 }
        #[cgo_export] #[repr(C)] pub struct Node {
            class: i32, class_: i32, errno: i32, stdin: *const Node, st_mtime: i64, point: point, other: point, size_t: usize,
            major: u8, isnan: u8, assert: Option<unsafe extern "C" fn(u8) -> u8>, unsigned: u8, Node: *const Node,
        }
        #[cgo_export] #[repr(C)] pub union Any { int: i32, double: f64, point: point }
        #[cgo_export] pub trait Log {
            fn new(&self, user_data: u8, class: &[u8], class_len: u8);
            fn new_(&self, _x: u8, x: u8, point: &point, other: &point);
            fn assert(&self); fn point(&self) -> bool; fn errno(&self) -> i32; fn log(&self);
        }
        #[cgo_export] unsafe fn all(node: &Node, any: Any, log: &dyn Log) {}
        "#,
        "#include <string.h>\nint main(void)\n{\n    Log log;\n    Node node;\n    memset(&log, 0, sizeof log);\n    memset(&node, 0, sizeof node);\n    \
         if (log.assert_) log.assert_(log.user_data);\n    if (log.point_) log.point_(log.user_data);\n    \
         if (node.assert_) return node.assert_(node.isnan);\n    all(&node, *(Any *)&node, &log);\n    \
         return node.errno_ + node.major + (int)sizeof log.new__ + (int)sizeof log.new_ + (node.stdin_ != NULL);\n}",
    );
    for line in [
        "    int32_t class__;",
        "    int32_t class_;",
        "    point point_;",
        "    const Node *Node_;",
        "    void (*new__)(void *user_data_, uint8_t user_data, const uint8_t *class_, size_t class_len_, uint8_t class_len);",
        "    /** - class_: class_len_ of them; borrowed for the call. */",
        "    void (*new_)(void *user_data, uint8_t x, uint8_t x_, const point *point_, const point *other);",
        "    int32_t (*errno_)(void *user_data);",
        "    void (*log)(void *user_data);",
    ] {
        assert!(text.lines().any(|is| is == line), "{line}\n{text}");
    }
}

#[test]
fn arrays_of_what_is_named_like_another_are_other_structs() {
    let text = read(
        "arrays",
        r#"
        #[cgo_export] #[repr(C)] pub struct Foo { x: u8 }
        #[cgo_export] #[repr(C)] pub struct Foo_ptr { x: u8 }
        #[cgo_export] #[repr(C)] pub struct Foo_free { x: u8 }
        #[cgo_export] #[repr(C)] pub struct Foo_DEFINED { x: u8 }
        #[cgo_export] #[repr(C)] pub struct const_Foo { x: u8 }
        #[cgo_export] #[repr(C)] pub struct unsigned_long { x: u8 }
        #[cgo_export] fn a() -> Vec<Foo> { loop {} }
        #[cgo_export] fn b() -> Vec<Foo_ptr> { loop {} }
        #[cgo_export] fn c() -> Vec<*mut Foo> { loop {} }
        #[cgo_export] fn d() -> Vec<Foo_free> { loop {} }
        #[cgo_export] fn e() -> Vec<Foo_DEFINED> { loop {} }
        #[cgo_export] fn f() -> Vec<*mut const_Foo> { loop {} }
        #[cgo_export] fn g() -> Vec<*const Foo> { loop {} }
        #[cgo_export] fn h() -> Vec<unsigned_long> { loop {} }
        #[cgo_export] fn i() -> Vec<c_ulong> { loop {} }
        #[cgo_export] fn j() -> (Vec<f64>, Vec<c_double>) { loop {} }
        "#,
        "int main(void)\n{\n    Foo *foo = a().data;\n    Foo_ptr *ptr = b().data;\n    Foo **foos = c().data;\n    \
         unsigned_long *ours = h().data;\n    unsigned long *c = i().data;\n    const Foo **read = g().data;\n    \
         const_Foo **const_foos = f().data;\n    cgo_vec_Foo_free(a());\n    cgo_vec_Foo_free__free(d());\n    \
         cgo_vec_Foo_DEFINED__free(e());\n    cgo_vec_double_free(j().r0);\n    cgo_vec_double_free(j().r1);\n    \
         return !foo + !ptr + !foos + !ours + !c + !read + !const_foos;\n}",
    );
    assert_eq!(
        text.matches("typedef struct cgo_vec_").count(),
        10,
        "{text}"
    );
}

#[test]
fn what_an_export_is_called_the_header_does_not_make_up() {
    let text = read(
        "own",
        r#"
        #[cgo_export] fn parse() -> Result<u8, String> { loop {} }
        #[cgo_export] fn my_plugin_last_error() -> u8 { 0 }
        "#,
        "int main(void) { return my_plugin_last_error() + (parse_error() == NULL); }",
    );
    assert!(
        text.contains("uint8_t my_plugin_last_error(void);"),
        "{text}"
    );
}

#[test]
fn what_has_one_name_at_file_scope_is_told_at_an_export() {
    let clashes = |text: &str| made(text).clashes;
    let one = |text: &str, of: &str, message: &str| {
        let found = clashes(text);
        assert!(
            matches!(&found[..], [(symbol, said)] if symbol == of && said.starts_with(message)),
            "{message}: {found:?}"
        );
    };
    one(
        "#[cgo_export] fn Rows(rows: &Rows) {} pub struct Rows;",
        "Rows",
        "`Rows` is a type in the header; say another name, `name = \"..\"`",
    );
    one(
        "#[cgo_export] fn parse() -> Result<u8, String> { loop {} } #[cgo_export] fn parse_error() {}",
        "parse_error",
        "`parse_error` is what says why `parse` has failed in the header",
    );
    one(
        "#[cgo_export] fn divide_result() {} #[cgo_export] fn divide() -> (u8, u8) { (0, 0) }",
        "divide_result",
        "`divide_result` is the struct of what `divide` returns in the header",
    );
    let enums = "#[cgo_export] #[repr(u8)] pub enum A { B_C } #[cgo_export] #[repr(u64)] pub enum A_B { C = 0xffff_ffff_ff }";
    one(
        &format!("{enums} #[cgo_export] fn f(a: A) {{}} #[cgo_export] fn g(b: A_B) {{}}"),
        "g",
        "the header has one name, `A_B_C`, for a variant of `A` and a variant of `A_B`; rename one of them",
    );
    one(
        "#[cgo_export] #[repr(u8)] pub enum A { B } #[cgo_export] fn f(a: A) {} #[cgo_export] fn A_B() {}",
        "A_B",
        "`A_B` is a variant of `A` in the header",
    );
    one(
        "#[cgo_export] #[repr(u8)] pub enum A { B } #[cgo_export] fn f(a: A, b: &A_B) {} pub struct A_B;",
        "f",
        "the header has one name, `A_B`, for a type and a variant of `A`",
    );
    one(
        "#[cgo_export] fn open(file: &FILE) {} pub struct FILE;"
            .replace("open", "look")
            .as_str(),
        "look",
        "`FILE` is a type of C's own headers; a type is called in C as in Rust: rename it, or import",
    );
    one(
        "#[cgo_export] fn f(text: &cgo_str) {} pub struct cgo_str;",
        "f",
        "`cgo_str` is one of those that the header makes for Rust's types",
    );
    one(
        "#[cgo_export] #[repr(u8)] pub enum SEEK { SET } #[cgo_export] fn f(a: SEEK) {}",
        "f",
        "a variant of `SEEK` is `SEEK_SET` in C, and that is a macro of C's own headers",
    );
    // What C has of its own header is that header's.
    let theirs = "#[cgo_import(include = \"stdio.h\")] unsafe extern \"C\" { type FILE; } #[cgo_export] fn f(to: &FILE) {}";
    assert!(clashes(theirs).is_empty());
    let fine = "#[cgo_export] fn rows(rows: &Rows) -> &'static CStr { c\"\" } pub struct Rows; #[cgo_export(private)] fn Rows() {}";
    assert!(clashes(fine).is_empty());
}
