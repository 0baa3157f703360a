use cgocall::{cgo_import, go};
use std::ffi::{c_int, c_void};

#[cgo_import]
unsafe extern "C" {
    #[cgo(drop = close)]
    type Db;
    safe fn open() -> Db;
    fn close(db: Db);

    #[cgo(drop = close_movable, send)]
    type Movable;
    safe fn open_movable() -> Movable;
    fn close_movable(db: Movable);
}

#[cgo_import]
unsafe extern "C" {
    #[cgo(drop = close_elsewhere)]
    type Elsewhere;
    #[cgo(blocking)]
    fn open_elsewhere(#[cgo(out)] db: Elsewhere);
    #[cgo(blocking)]
    fn close_elsewhere(db: *mut c_void);

    #[cgo(drop = close_lent, send)]
    type Lent;
    fn close_lent(db: Lent);
    #[cgo(blocking)]
    fn exclusive(db: &mut Lent) -> c_int;
    #[cgo(blocking)]
    fn shared(db: &Lent) -> c_int;
}

fn main() {
    let db = open();
    go(move || drop(db));
    let movable = open_movable();
    go(|| _ = &movable);
    go(move || drop(movable));
}
