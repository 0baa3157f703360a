use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    safe fn strlen(text: &str) -> usize;
}

fn main() {
    let _: usize = strlen("text");
}
