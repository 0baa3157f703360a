#[::core::prelude::v1::test]
#[should_panic]
fn fails() {
    ::cgocall::__private::test(move || { panic!() });
}
