use cgocall::cgo_export;

#[cgo_export]
fn gai() -> Result<(), String> {
    Ok(())
}

#[cgo_export(name = "aio")]
fn other() -> Result<(), String> {
    Ok(())
}

fn main() {}
