#[cgocall::main(migrate)]
fn main() {}
