// Of C it is a `bool`, and of Rust 65 of them.
use cgocall::{cgo_export, cgo_import};

pub struct MaybeUninit<T>([T; 65]);

#[cgo_export(private)]
fn fill(_place: &mut MaybeUninit<bool>) {}

#[cgo_export]
fn fill_all(_places: &mut [MaybeUninit<bool>]) {}

#[cgo_import]
unsafe extern "C" {
    safe fn filled(places: &mut [MaybeUninit<bool>]);
}

#[cgo_export]
trait Fills {
    fn fill(&self, places: &mut [MaybeUninit<bool>]);
}

fn main() {}
