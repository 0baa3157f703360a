//! A preprocessor of mdBook's: what links out of the book, `../examples/sqlite`, leads to the repository on the web.
//!
//! `docs/book.toml` names it. mdBook asks whether it knows an output (`supports html`), and then gives it the book as JSON.

use serde_json::Value;
use std::io::{self, Read as _};

const REPOSITORY: &str = "https://github.com/cgocall/cgocall/blob/main/";

fn main() -> io::Result<()> {
    if std::env::args()
        .nth(1)
        .is_some_and(|word| word == "supports")
    {
        return Ok(());
    }
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let mut both: Value = serde_json::from_str(&text)?;
    mend(&mut both[1]);
    println!("{}", both[1]);
    Ok(())
}

/// Each chapter, at whatever depth.
fn mend(value: &mut Value) {
    if let Some(path) = value.get("path").and_then(Value::as_str) {
        let out = "../".repeat(path.matches('/').count() + 1);
        if let Some(Value::String(content)) = value.get_mut("content") {
            *content = content.replace(&format!("]({out}"), &format!("]({REPOSITORY}"));
        }
    }
    match value {
        Value::Array(all) => all.iter_mut().for_each(mend),
        Value::Object(all) => all.values_mut().for_each(mend),
        _ => {}
    }
}
