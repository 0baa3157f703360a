use cgocall::cgo_import;

#[cgo_import]
struct Db;

fn main() {}
