//! Every target of this package imports.

fn main() {
    cgocall_cshim::build("src/lib.rs")
        .root("src/main.rs")
        .root("tests/own_import.rs")
        .root("examples/area.rs")
        .compile();
}
