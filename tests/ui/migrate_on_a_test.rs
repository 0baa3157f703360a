#[cgocall::test(unsafe(migrate))]
fn works() {}

fn main() {}
