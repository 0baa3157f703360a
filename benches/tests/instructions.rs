//! What a call, a callback and a goroutine cost, in instructions: no more than was recorded. Only what the optimiser
//! has made is compared.
#![cfg(not(debug_assertions))]

use std::process::Command;

#[test]
fn no_path_has_grown() {
    if Command::new("valgrind").arg("--version").output().is_err() {
        eprintln!("valgrind is not installed: no_path_has_grown is skipped");
        return;
    }
    let check = Command::new(env!("CARGO_BIN_EXE_cgocall-benches"))
        .arg("instructions")
        .output()
        .expect("it runs");
    let said = [check.stdout, check.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    println!("{said}");
    assert!(
        check.status.success(),
        "compared with benches/instructions.txt:\n{said}"
    );
}
