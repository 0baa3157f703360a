#[cgocall::main(unsafe(preempt))]
fn main() {}
