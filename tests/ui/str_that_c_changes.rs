use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    safe fn strlen(text: &mut str) -> usize;
}

fn main() {
    let _: usize = strlen(&mut String::from("text"));
}
