//! Mistakes, each with one clear error on the right token; and uses that must compile without a warning.
//!
//! After a change of wording that is meant, `TRYBUILD=overwrite cargo test -p cgocall-tests --test ui` writes the
//! expectations anew.

#[test]
fn each_mistake_is_one_error() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*.rs");
    cases.pass("ui/pass/*.rs");
}
