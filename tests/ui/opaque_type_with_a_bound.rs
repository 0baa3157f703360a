use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    type Db: Send;
}

fn main() {}
