use cgocall::cgo_export;

pub struct Rows(std::rc::Rc<u8>);

#[cgo_export]
fn f(rows: &mut Rows) {
    let _ = rows;
}

fn main() {}

// Keeps: refused-threads
