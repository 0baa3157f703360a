//! A package is built wherever it is, whatever folders are called, and no shell is started on the way.
#![cfg(target_os = "linux")]

mod fixture;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use fixture::{copy_of, files};

const SHELLS: [&str; 5] = ["sh", "bash", "dash", "zsh", "env"];
/// All that a shell, a driver, C or cargo might take for something else. (rustc itself links nothing below a `%`.)
const NAME: &str =
    "-it's \"so\" $HOME `touch canary` $(touch canary);touch canary&@e|#f *g* ??/ <h> \\ gr\u{fc}n";

/// A folder of this test's own.
fn place(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("hostile")
        .join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).unwrap();
    dir
}

/// A folder to search first, whose shells write down that they were called.
fn watched_shells(at: &Path) -> PathBuf {
    let bin = at.join("bin");
    fs::create_dir_all(&bin).unwrap();
    for shell in SHELLS {
        // Found by its path, and so by no variable.
        let script = format!(
            "#!/bin/sh\necho \"{shell} $*\" >> '{}'\n",
            at.join("log").display()
        );
        fs::write(bin.join(shell), script).unwrap();
        fs::set_permissions(bin.join(shell), fs::Permissions::from_mode(0o755)).unwrap();
    }
    bin
}

/// Runs `command` with `bin` before all others, and everything else where `NAME` is.
fn run(command: &mut Command, bin: &Path, odd: &Path) -> Output {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let dirs = [bin.to_path_buf()]
        .into_iter()
        .chain(std::env::split_paths(&path));
    let temp = odd.join("temp");
    fs::create_dir_all(&temp).unwrap();
    // Where cargo and rustup look, if nothing else is said.
    let home = std::env::var_os("HOME").unwrap_or_default();
    let default = |name: &str, folder: &str| {
        std::env::var_os(name).unwrap_or_else(|| Path::new(&home).join(folder).into())
    };
    command
        .env("CARGO_HOME", default("CARGO_HOME", ".cargo"))
        .env("RUSTUP_HOME", default("RUSTUP_HOME", ".rustup"))
        .env("PATH", std::env::join_paths(dirs).unwrap())
        .env("HOME", odd)
        .env("TMPDIR", &temp)
        .env_remove("OUT_DIR")
        .output()
        .unwrap()
}

fn no_shell_ran(at: &Path) {
    let log = fs::read_to_string(at.join("log")).unwrap_or_default();
    assert_eq!(log, "", "shells were started");
}

#[test]
fn a_package_may_be_anywhere_and_no_shell_is_asked() {
    let fixture = copy_of("bad_input");
    let at = place("anywhere");
    let bin = watched_shells(&at);
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let line_break = format!("{NAME}\ncargo::error=injected");
    let bytes = OsStr::from_bytes(b"gr\xfcn");
    for name in [OsStr::new(NAME), OsStr::new(&line_break), bytes] {
        let package = name
            .as_bytes()
            .split(|byte| *byte == b'/')
            .map(OsStr::from_bytes);
        let package = package
            .fold(at.clone(), |path, part| path.join(part))
            .join("package");
        for file in files(&fixture) {
            let to = package.join(&file);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(fixture.join(&file), to).unwrap();
        }
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["run", "--quiet", "--color=never", "--target-dir"])
            .arg(shared);
        let output = run(cargo.current_dir(&package), &bin, &package);
        let said = String::from_utf8_lossy(&output.stderr);
        let printed = String::from_utf8_lossy(&output.stdout);
        // What is no text cargo refuses itself, once it is asked to watch something there.
        let is_refused = name.to_str().is_none() && said.contains("not utf-8");
        assert!(printed == "7\n" || is_refused, "{name:?}: {said}");
        assert!(!package.join("canary").exists(), "{name:?} was obeyed");
    }
    no_shell_ran(&at);
}

#[test]
fn the_command_takes_names_and_flags_as_they_are() {
    let at = place("command");
    let bin = watched_shells(&at);
    let odd = at.join(NAME.replace('/', ""));
    fs::create_dir_all(&odd).unwrap();
    fs::write(
        odd.join("-a b;$(touch canary).h"),
        "/* `touch canary` */\nint f(int n);\n",
    )
    .unwrap();
    let cgocall = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cgocall"));
        command.current_dir(&odd);
        command
    };
    let mut import = cgocall();
    import.args([
        "import",
        "--cflags",
        "-DA='$(touch canary)' -DB=`id`;x",
        "--define",
        "C=$(touch canary)",
    ]);
    import.args(["--", "-a b;$(touch canary).h", "f"]);
    let output = run(&mut import, &bin, &odd);
    let (text, said) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(text.contains("fn f(n: c_int) -> c_int;"), "{text}{said}");
    assert!(!odd.join("canary").exists());

    // The name of a package becomes that of a file.
    fs::write(
        odd.join("Cargo.toml"),
        "[package]\nname = \"../../../canary\"\n",
    )
    .unwrap();
    let output = run(cgocall().arg("check"), &bin, &odd);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.ends_with("a name has letters, digits, `_` and `-` alone\n"),
        "{said}"
    );
    no_shell_ran(&at);
}

#[test]
fn the_command_leaves_its_files_to_nobody() {
    let at = place("temporary");
    // Names that it might choose lead elsewhere; and it can be seen in which folder the compiler finds its files.
    let (temp, victim) = (at.join("temp"), at.join("victim"));
    fs::create_dir_all(&temp).unwrap();
    fs::create_dir_all(&victim).unwrap();
    let compiler = at.join("cc");
    let script = format!(
        "#!/bin/sh\nstat -c %a '{}'/cgocall-* >> '{}'\nexec cc \"$@\"\n",
        temp.display(),
        at.join("modes").display()
    );
    fs::write(&compiler, script).unwrap();
    fs::set_permissions(&compiler, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(at.join("a.h"), "int f(int n);\n").unwrap();
    // A process takes its number along through `exec`: so the shell knows which name will be chosen.
    let script = "ln -s \"$1\" \"$2/cgocall-$$\"; shift 2; exec \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh"]).args([&victim, &temp]);
    command
        .arg(env!("CARGO_BIN_EXE_cgocall"))
        .args(["import", "a.h", "f"]);
    command
        .env("TMPDIR", &temp)
        .env("CC", &compiler)
        .current_dir(&at);
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(files(&victim), Vec::<PathBuf>::new(), "a link was followed");
    let modes = fs::read_to_string(at.join("modes")).unwrap();
    let is_link = |mode: &&str| *mode != "777";
    assert!(modes.lines().filter(is_link).count() > 0, "{modes}");
    assert!(
        modes.lines().filter(is_link).all(|mode| mode == "700"),
        "{modes}"
    );
    let left = fs::read_dir(&temp).unwrap().count();
    assert_eq!(left, 1, "the link alone is left");
}

#[test]
fn a_folder_that_cargo_cannot_be_told_of_is_one_sentence() {
    let package = copy_of("bad_input");
    let at = place("untold");
    let (out, header) = (
        at.join("out\ncargo::rustc-env=CANARY=1"),
        package.join("c/api.h"),
    );
    fs::create_dir_all(&out).unwrap();
    assert!(header.is_file());
    // cargo itself runs a build script there, and reads what that prints: so no cargo is needed to see it.
    let mut script = Command::new(env!("CARGO_BIN_EXE_cgocall"));
    script
        .args(["import", "c/api.h", "half"])
        .current_dir(&package)
        .env("TMPDIR", &out);
    let output = script.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let sentences: Vec<&str> = said
        .lines()
        .filter(|line| line.starts_with("error"))
        .collect();
    assert_eq!(sentences.len(), 1, "{said}");
    assert!(
        sentences[0].contains("cgocall cannot tell cargo of \""),
        "{said}"
    );
    assert!(sentences[0].ends_with("; rename it"), "{said}");
}
