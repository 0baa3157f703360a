use cgocall::cgo_export;

#[cgo_export(private)]
fn log(text: &str) {
    println!("{text}");
}

fn main() {
    log("text");
}
