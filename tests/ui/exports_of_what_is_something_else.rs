use cgocall::cgo_export;

type Id = u32;
type Dyn = dyn Sync;

#[cgo_export]
fn some(id: Option<Id>) {
    let _ = id;
}

#[cgo_export]
fn wide(what: &Dyn) {
    let _ = what;
}

fn main() {}
