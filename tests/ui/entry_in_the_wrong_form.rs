#[cgocall::main(threads = 4)]
fn start() {}

mod other {
    #[cgocall::main]
    fn another() {}
}

fn main() {}
