use std::path::PathBuf;
use std::{env, fs, process};

use super::*;

/// A package on disk, gone with the value.
struct Package(PathBuf);

impl Package {
    fn new(name: &str, files: &[(&str, &str)]) -> Package {
        let dir = env::temp_dir().join(format!("cgocall-scan-{name}-{}", process::id()));
        for (path, text) in files {
            let path = dir.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Package(dir)
    }

    fn scan(&self, roots: &[&str]) -> Scan {
        let roots: Vec<PathBuf> = roots.iter().map(PathBuf::from).collect();
        scan(&self.0, &roots, &Cfgs::of_linux())
    }

    /// The names of the functions imported, in the order found.
    fn imports(&self, roots: &[&str]) -> Vec<String> {
        let mut names = Vec::new();
        for found in self.scan(roots).imports {
            let block: syn::ItemForeignMod = syn::parse2(found.item).unwrap();
            for item in block.items {
                if let syn::ForeignItem::Fn(function) = item {
                    names.push(function.sig.ident.to_string());
                }
            }
        }
        names
    }
}

impl Drop for Package {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn import(name: &str) -> String {
    format!("#[cgo_import] unsafe extern \"C\" {{ fn {name}(); }}\n")
}

#[test]
fn modules_are_followed_where_rustc_finds_them() {
    let package = Package::new(
        "modules",
        &[
            (
                "src/main.rs",
                "mod a; mod b; mod i { mod c; } #[path = \"odd/p.rs\"] mod p; mod gone;",
            ),
            ("src/a.rs", "mod deep;"),
            ("src/a/deep.rs", &import("in_a_deep")),
            ("src/b/mod.rs", "mod deep;"),
            ("src/b/deep.rs", &import("in_b_deep")),
            ("src/i/c.rs", &import("in_i_c")),
            ("src/odd/p.rs", "mod q;"),
            ("src/odd/q.rs", &import("in_q")),
            ("src/unreached.rs", &import("unreached")),
        ],
    );
    assert_eq!(
        package.imports(&["src/main.rs"]),
        ["in_a_deep", "in_b_deep", "in_i_c", "in_q"]
    );
    let watched = package.scan(&["src/main.rs"]).watched;
    assert!(watched.contains(&PathBuf::from("src/odd/q.rs")));
    assert!(
        watched.contains(&PathBuf::from("src")),
        "where the missing module will appear"
    );
    assert!(
        !watched.iter().any(|path| path.ends_with("gone.rs")),
        "a missing path is always dirty"
    );
}

#[test]
fn bodies_includes_and_cfg_if_are_looked_into() {
    let text = format!(
        "fn main() {{ {} if true {{ {} }} include!(\"part.rs\"); }}
         struct S; impl S {{ fn m(&self) {{ {} }} }}
         cfg_if::cfg_if! {{ if #[cfg(windows)] {{ {} }} else if #[cfg(test)] {{ {} }} else {{ {} }} }}
         mod inner {{ include!(concat!(\"sub/\", \"whole.rs\")); }}",
        import("in_main"),
        import("in_if"),
        import("in_method"),
        import("never"),
        import("maybe"),
        import("otherwise"),
    );
    let package = Package::new(
        "bodies",
        &[
            ("src/main.rs", &text),
            ("src/part.rs", &format!("{{ {} }}", import("in_part"))),
            (
                "src/sub/whole.rs",
                &format!("{} mod next;", import("in_whole")),
            ),
            ("src/sub/next.rs", &import("after_include")),
        ],
    );
    assert_eq!(
        package.imports(&["src/main.rs"]),
        [
            "in_main",
            "in_if",
            "in_part",
            "in_method",
            "maybe",
            "otherwise",
            "in_whole",
            "after_include"
        ]
    );
}

#[test]
fn what_no_target_compiles_is_skipped() {
    let text = format!(
        "#[cfg(windows)] {} #[cfg(test)] {} #[cfg(windows)] mod w {{ {} }}
         #[cfg_attr(windows, path = \"w.rs\")] #[cfg_attr(unix, path = \"u.rs\")] mod os;
         #[cfg(windows)] fn f() {{ {} }}
         #[cfg_attr(unix, cgo_import(link = \"z\"))] unsafe extern \"C\" {{ fn under_cfg_attr(); }}",
        import("on_windows"),
        import("in_test"),
        import("in_w"),
        import("in_f"),
    );
    let package = Package::new(
        "cfgs",
        &[
            ("src/main.rs", &text),
            ("src/w.rs", &import("w_rs")),
            ("src/u.rs", &import("u_rs")),
        ],
    );
    assert_eq!(
        package.imports(&["src/main.rs"]),
        ["in_test", "u_rs", "under_cfg_attr"]
    );
}

#[test]
fn a_root_may_be_a_module_and_a_file_that_does_not_parse_is_rustcs() {
    let package = Package::new(
        "roots",
        &[
            ("src/ffi.rs", "mod x; mod y; mod broken;"),
            ("src/ffi/x.rs", &import("as_module")),
            ("src/y.rs", &import("as_root")),
            ("src/ffi/broken.rs", "fn {"),
        ],
    );
    assert_eq!(package.imports(&["src/ffi.rs"]), ["as_module", "as_root"]);
}

#[test]
fn what_is_in_a_root_that_may_be_two_things_is_found_once() {
    let text = format!(
        "{} #[cgo_export] fn e() {{ include!(\"part.rs\"); }} struct S; mod x; mod i {{ {} mod y; }}",
        import("in_root"),
        import("in_i"),
    );
    let package = Package::new(
        "once",
        &[
            ("src/ffi.rs", &text),
            ("src/part.rs", &format!("{{ {} }}", import("in_part"))),
            ("src/ffi/x.rs", &import("x_of_module")),
            ("src/x.rs", &import("x_of_root")),
            ("src/i/y.rs", &import("y_of_root")),
        ],
    );
    let names = package.imports(&["src/ffi.rs"]);
    let of_root = ["in_root", "in_part", "x_of_module", "in_i"];
    assert_eq!(names[..4], of_root);
    assert_eq!(names[4..], ["x_of_root", "y_of_root"]);
    let scan = package.scan(&["src/ffi.rs"]);
    assert_eq!((scan.exports.len(), scan.types.len()), (1, 1));
}

#[test]
fn the_found_item_has_lost_our_attribute_only() {
    let text = "\n#[doc = \"d\"]\n#[cgocall::cgo_export(private)]\n#[inline]\nfn f() {}\n";
    let package = Package::new("attrs", &[("src/lib.rs", text)]);
    let exports = package.scan(&["src/lib.rs"]).exports;
    assert_eq!(exports.len(), 1);
    assert_eq!(
        (exports[0].line, exports[0].attr.to_string().as_str()),
        (3, "private")
    );
    let item: syn::ItemFn = syn::parse2(exports[0].item.clone()).unwrap();
    assert_eq!(item.attrs.len(), 2);
}

#[test]
fn a_safe_function_in_a_module_hides_no_other_import() {
    let text = format!(
        "{} #[cgo_import(include = \"a.h\")] mod m {{ safe fn f(); }}",
        import("seen")
    );
    let package = Package::new("safe", &[("src/main.rs", &text)]);
    assert_eq!(package.scan(&["src/main.rs"]).imports.len(), 2);
}

#[test]
fn each_attribute_that_may_be_is_one_import() {
    let text = "\
        #[cfg_attr(target_os = \"linux\", cgo_import(link = \"linux\"))]\n\
        #[cfg_attr(target_os = \"macos\", cgo_import(link = \"macos\"))]\n\
        unsafe extern \"C\" { fn f(); }\n\
        #[cfg_attr(nobody_knows, cgo_export)]\n\
        #[cfg_attr(not(nobody_knows), cgo_export(name = \"h\"))]\n\
        fn g() {}";
    let package = Package::new("targets", &[("src/main.rs", text)]);
    let scan = package.scan(&["src/main.rs"]);
    let attrs = |found: &[Found]| -> Vec<String> {
        found.iter().map(|found| found.attr.to_string()).collect()
    };
    assert_eq!(attrs(&scan.imports), ["link = \"linux\""]);
    assert_eq!(attrs(&scan.exports), ["", "name = \"h\""]);
    assert_eq!(
        scan.exports[0].line, scan.exports[1].line,
        "one export, to the header"
    );
}

#[test]
fn a_representation_is_what_rustc_makes_of_its_condition() {
    let text = "#[cgo_import(include = \"a.h\")] #[cfg_attr(unix, repr(C))] #[cfg_attr(windows, repr(packed))]
                #[cfg_attr(test, derive(Debug))] struct Known;
                #[cfg_attr(test, repr(C))] #[cgo_import(include = \"a.h\")] struct Unknown;";
    let package = Package::new("repr", &[("src/lib.rs", text)]);
    let scan = package.scan(&["src/lib.rs"]);
    let items: Vec<String> = scan
        .imports
        .iter()
        .map(|found| found.item.to_string().replace(' ', ""))
        .collect();
    assert_eq!(
        items,
        [
            "#[repr(C)]#[cfg_attr(test,derive(Debug))]structKnown;",
            "#[repr(C)]structUnknown;",
            "structUnknown;"
        ]
    );
}

/// As a build runs it.
fn in_a_build(scan: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(crate::build::STACK);
        let thread = thread.spawn_scoped(scope, scan).unwrap();
        thread.join().unwrap();
    });
}

#[test]
fn what_is_deeper_than_a_stack_is_left_to_rustc() {
    let nested = [
        ("{", "b", "}"),
        ("b::<", "u8", ">"),
        ("&", "b", ""),
        ("b.c(", "d", ")"),
        ("-", "b", ""),
    ];
    for (open, inner, close) in nested {
        let file = |depth| {
            let deep = format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
            format!("{} fn f() {{ a = {deep}; }}", import("found"))
        };
        let package = Package::new(
            "deep",
            &[
                ("src/main.rs", "mod some; mod more;"),
                ("src/some.rs", &file(100)),
                ("src/more.rs", &file(100_000)),
            ],
        );
        in_a_build(|| assert_eq!(package.imports(&["src/main.rs"]), ["found"], "{open}"));
    }
}

#[test]
fn files_that_lead_to_each_other_come_to_an_end() {
    let package = Package::new(
        "circle",
        &[
            (
                "src/main.rs",
                &format!("#[path = \"../src/a.rs\"] mod a; {}", import("in_main")),
            ),
            (
                "src/a.rs",
                &format!(
                    "include!(\"../src/main.rs\"); #[path = \"../src/a.rs\"] mod b; {}",
                    import("in_a")
                ),
            ),
        ],
    );
    in_a_build(|| {
        let names = package.imports(&["src/main.rs"]);
        assert_eq!(names, ["in_a", "in_main"]);
    });
}

#[test]
fn modules_that_may_be_in_many_places_come_to_an_end() {
    let open = "#[cfg_attr(test, path = \"x\")] mod a { ";
    let text = format!("{}{}{}", open.repeat(60), import("inner"), "}".repeat(60));
    let package = Package::new("ways", &[("src/main.rs", &text)]);
    in_a_build(|| {
        let found = package.imports(&["src/main.rs"]);
        assert_eq!(found, ["inner"; MOST_WAYS]);
    });
}
