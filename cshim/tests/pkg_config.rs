//! A library that only pkg-config knows: its flags reach the C compiler, its libraries the linker.
//!
//! `PKG_CONFIG` names a program of the fixture's, so that the test needs no package of the system.

mod fixture;

use std::path::Path;
use std::process::Command;

#[test]
fn a_library_that_pkg_config_knows_is_compiled_and_linked() {
    let package = fixture::copy_of("pkg_config");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--bin", "pkg_config_fixture"])
        .arg("--target-dir")
        .arg(target)
        .current_dir(&package)
        .env("PKG_CONFIG", package.join("pkg-config.sh"))
        .env_remove("OUT_DIR")
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "8\n", "{stderr}");
}
