#[cgocall::main(unsafe)]
fn main() {}
