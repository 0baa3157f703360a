use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    #[cgo(blocking)]
    type Db;
}

fn main() {}
