//! The file by which `pkg-config` finds a package's library and header, once they are installed.
//!
//! It has no paths but such as begin where it stands itself, `<prefix>/lib/pkgconfig`: whoever moves the prefix moves all.

use std::collections::BTreeSet;

use cgocall_syntax::hash::Package;
use cgocall_syntax::{Import, Library};

use crate::libs;

/// What Rust's standard library needs beside C's own, where that is not one library alone.
const OF_RUST: [&str; 4] = ["-lpthread", "-ldl", "-lm", "-lrt"];

/// Its text. Whoever links the static library also needs what the `imports` link.
pub(crate) fn text<'i>(
    package: &Package,
    description: &str,
    os: &str,
    imports: impl IntoIterator<Item = &'i Import>,
) -> String {
    let (mut requires, mut libs) = (BTreeSet::new(), Vec::new());
    for import in imports {
        let queries = import.attr.pkg_config.iter();
        // What is no query has been said to be none.
        requires.extend(queries.filter_map(|query| libs::normal(&query.value)));
        let links = import.attr.link.iter();
        for library in links.filter_map(|link| Library::parse(&link.value).ok()) {
            // A static one of the package's own is in ours.
            let is_in_ours = library.kind == Some("static");
            let flag = match library.kind {
                Some("framework") => format!("-framework {}", library.name),
                _ => format!("-l{}", library.name),
            };
            if !is_in_ours && !libs.contains(&flag) {
                libs.push(flag);
            }
        }
    }
    if os == "linux" {
        let of_rust = OF_RUST.iter().map(|flag| (*flag).to_owned());
        libs.extend(
            of_rust
                .filter(|flag| !libs.contains(flag))
                .collect::<Vec<_>>(),
        );
    }
    let description = match &*plain(description.lines().next().unwrap_or_default()) {
        "" => format!("The C functions of the Rust package {}", package.name),
        line => line.to_owned(),
    };
    let line = |key: &str, value: String| match value.as_str() {
        "" => String::new(),
        value => format!("{key}: {value}\n"),
    };
    let requires: Vec<String> = requires.into_iter().collect();
    format!(
        "prefix=${{pcfiledir}}/../..\nlibdir=${{prefix}}/lib\nincludedir=${{prefix}}/include\n\nName: {}\nDescription: \
         {description}\nVersion: {}\n{}Cflags: -I${{includedir}}\nLibs: -L${{libdir}} -l{}\n{}",
        package.name,
        package.version,
        line("Requires.private", requires.join(", ")),
        package.ident(),
        line("Libs.private", libs.join(" ")),
    )
}

/// Words for people alone: no variable, no comment, and no line that goes on.
fn plain(line: &str) -> String {
    let line = line.replace(char::is_control, " ").replace('\\', "/");
    let line = line.replace("${", "$ {").replace('#', "\\#");
    line.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_static_library_needs_is_said_apart() {
        let import = |attr: &str| {
            let block = "unsafe extern \"C\" { fn f(); }";
            Import::parse(attr.parse().unwrap(), block.parse().unwrap()).unwrap()
        };
        let imports = [
            import("include = \"z.h\", pkg_config = \"zlib >= 1.2\", link = \"m\""),
            import(
                "include = \"a.h\", link = \"archive\", link = \"static=own\", link = \"framework=Security\", \
                 pkg_config = \"zlib >= 1.2\"",
            ),
        ];
        let package = Package {
            name: "my-plugin".into(),
            version: "1.2.3".into(),
        };
        let expected = "prefix=${pcfiledir}/../..\nlibdir=${prefix}/lib\nincludedir=${prefix}/include\n\n\
            Name: my-plugin\nDescription: Counts.\nVersion: 1.2.3\nRequires.private: zlib >= 1.2\nCflags: \
            -I${includedir}\nLibs: -L${libdir} -lmy_plugin\nLibs.private: -lm -larchive -framework Security -lpthread -ldl -lrt\n";
        assert_eq!(
            text(&package, "Counts.\nMore.", "linux", &imports),
            expected
        );
        let odd = text(
            &package,
            "${x} # a\rLibs: -levil\\\nMore",
            "linux",
            &[import(
                "include = \"z.h\", pkg_config = \"zlib >=\\n1.2\\tpng\"",
            )],
        );
        assert!(
            odd.contains("\nDescription: $ {x} \\# a Libs: -levil/\nVersion: "),
            "{odd}"
        );
        assert!(
            odd.contains("\nRequires.private: zlib >= 1.2, png\nCflags"),
            "{odd}"
        );
        let bare = text(&package, "", "macos", []);
        assert!(bare.contains("Description: The C functions of the Rust package my-plugin\n"));
        assert!(bare.ends_with("-lmy_plugin\n"), "{bare}");
    }
}
