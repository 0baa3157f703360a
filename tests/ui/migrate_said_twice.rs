#[cgocall::main(unsafe(migrate), unsafe(migrate))]
fn main() {}
