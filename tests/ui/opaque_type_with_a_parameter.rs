use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    type Db<T>;
}

fn main() {}
