// What the expansion relies on, is no business of safe code.
use cgocall::__private::{CObject, Enumerated, FnPointer, Implemented, KeptObject, Owned, Owner, Part, Passable};
use cgocall::cgo_export;

#[cgo_export]
trait Log {
    fn write(&mut self, n: i32);
}

struct Any(&'static str);

impl Passable for Any {
    const PARTS: &'static [Part] = &[];
}

#[derive(Clone, Copy)]
struct Reference(&'static i32);

impl FnPointer for Reference {}

#[repr(u8)]
enum Order {
    Up,
}

impl Enumerated for Order {
    type Number = i8;
    const NAME: &'static str = "Order";
    const VALUES: &'static [Order] = &[Order::Up];
}

impl KeptObject for dyn Log {
    fn boxed(object: Box<CObject<<dyn Log as Implemented>::C>>) -> Box<dyn Log> {
        object
    }
}

impl Owner for Any {
    fn own(_: Owned<Any>) -> Any {
        Any("")
    }
}

fn main() {}
