//! Which switch of stacks is compiled. (`links` asks for a build script as well.)

use std::env::var;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(asan, naked_switch, tsan)");
    let is = |variable, value| {
        var(variable).is_ok_and(|values: String| values.split(',').any(|one| one == value))
    };
    if !is("CARGO_CFG_TARGET_FAMILY", "unix") {
        let os = var("CARGO_CFG_TARGET_OS").unwrap_or_default();
        println!(
            "cargo::error=cgocall does not run on {os}: it needs a Unix, such as Linux or macOS. (Stacks are kept and \
             switched otherwise there, and nothing is written for that; WSL is a Linux.)"
        );
    }
    // `cfg(sanitize = ..)` itself is unstable.
    let asan = is("CARGO_CFG_SANITIZE", "address");
    if asan {
        println!("cargo::rustc-cfg=asan");
    }
    if is("CARGO_CFG_SANITIZE", "thread") {
        println!("cargo::rustc-cfg=tsan");
    }
    // With `--cfg cgocall_portable`, what other machines get is tested here. AddressSanitizer would not hear of a switch of
    // our own.
    let portable = asan || var("CARGO_CFG_CGOCALL_PORTABLE").is_ok();
    if !portable && is("CARGO_CFG_TARGET_ARCH", "x86_64") {
        println!("cargo::rustc-cfg=naked_switch");
    }
}
