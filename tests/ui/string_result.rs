use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    safe fn f() -> String;
}

fn main() {
    let _: String = f();
}
