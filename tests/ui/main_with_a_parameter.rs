#[cgocall::main]
fn main(n: u8) {}
