#[::core::prelude::v1::test]
#[ignore]
fn works() -> ::std::process::ExitCode {
    ::cgocall::__private::test(move || { assert!(true) })
}
