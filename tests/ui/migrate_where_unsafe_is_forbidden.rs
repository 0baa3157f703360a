#![forbid(unsafe_code)]

#[cgocall::main(unsafe(migrate))]
fn main() {}
