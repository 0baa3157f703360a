#[cgocall::test]
struct Rows;

fn main() {}
