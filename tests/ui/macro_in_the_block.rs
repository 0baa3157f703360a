use cgocall::cgo_import;

macro_rules! declare {
    ($name:ident) => {};
}

#[cgo_import]
unsafe extern "C" {
    declare!(f);
}

fn main() {}
