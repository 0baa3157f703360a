//! Each way to contradict a header is one rustc error, at the token that is wrong, saying what is right.
//!
//! The cases are the binaries of `tests/fixtures/mismatch`. A comment `//~^ TOKEN: MESSAGE` expects, on the
//! line above, an error that marks TOKEN and begins with MESSAGE; no other error may come.

mod fixture;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use fixture::{copy_of, files};
use serde_json::Value;

/// File, line, marked token, message.
type Mistake = (String, usize, String, String);

#[test]
fn every_contradiction_is_one_error_at_its_token() {
    let package = copy_of("mismatch");
    let found = check(&package, &["--bins"], &[]);
    assert_golden(&package, &found);
    let kinds = kinds(&found);
    println!("{} mistakes of {} kinds", found.len(), kinds.len());
    assert!(kinds.len() > 50, "{kinds:#?}");
    // Without debug information less is said, and nothing that is false.
    let found = check(
        &package,
        &["--bin", "good_types"],
        &[("CFLAGS", "-gsplit-dwarf")],
    );
    assert!(found.is_empty(), "{found:?}");
    // But where something has no address nothing else tells where it is.
    let found = check(
        &package,
        &["--bin", "good_fields"],
        &[("CFLAGS", "-gsplit-dwarf")],
    );
    let tokens: Vec<&str> = found.iter().map(|(_, _, token, _)| &**token).collect();
    let says_why = |(.., message): &Mistake| message.contains("`-gsplit-dwarf`");
    let members = [
        "u",
        "s",
        "outer_0",
        "outer_1",
        "outer_1_0",
        "s",
        "nameless_0",
    ];
    let bitfields = ["bits", "first", "second", "bits", "bits"];
    assert_eq!(tokens, [&bitfields[..], &members].concat());
    assert!(found.iter().all(says_why), "{found:?}");
}

/// The header that is made of the exports is compared with what rustc makes of them.
#[test]
fn a_header_that_does_not_fit_the_library_is_one_error() {
    let package = copy_of("own_header");
    assert_golden(&package, &check(&package, &["--bins"], &[]));
    // A compiler that lays out things otherwise is one that the library cannot be called from.
    let found = check(&package, &["--bin", "fits"], &[("CFLAGS", "-fpack-struct")]);
    let tokens: Vec<&str> = found.iter().map(|(_, _, token, _)| &**token).collect();
    assert_eq!(tokens, ["Either", "number", "page", "number"], "{found:?}");
}

/// Found, too old, missing, or asked for in the wrong way.
// Keeps: missing-tools
#[test]
fn each_way_not_to_have_a_package_is_one_error_at_its_query() {
    if Command::new("pkg-config")
        .arg("--version")
        .output()
        .is_err()
    {
        eprintln!("pkg-config is not installed: this test is skipped");
        return;
    }
    let package = copy_of("pkg_config");
    let path = package.join("packages").display().to_string();
    let vars = [
        ("PKG_CONFIG_PATH", path.as_str()),
        ("PKG_CONFIG", "pkg-config"),
    ];
    assert_golden(&package, &check(&package, &["--bins"], &vars));
    // The next run asks again: the variable has changed.
    let found = check(
        &package,
        &["--bin", "found"],
        &[("PKG_CONFIG", "/no/pkg-config")],
    );
    let messages: Vec<&str> = found.iter().map(|mistake| mistake.3.as_str()).collect();
    let [message, ..] = &messages[..] else {
        panic!("nothing is said")
    };
    assert!(
        message.starts_with("pkg-config could not be run to find `sample"),
        "{message}"
    );
}

/// Compares what rustc says with the comments of the cases.
fn assert_golden(package: &Path, found: &[Mistake]) {
    let wanted = wanted(package);
    let listing = |mistakes: &[Mistake]| {
        let mut text = String::new();
        for (file, line, token, message) in mistakes {
            text += &format!("{file}:{line}: {token}: {message}\n");
        }
        text
    };
    // What the C compiler says in its own words differs from one to the next.
    let agree = |(found, wanted): (&Mistake, &Mistake)| {
        found.3.starts_with(&wanted.3)
            && (&found.0, found.1, &found.2) == (&wanted.0, wanted.1, &wanted.2)
    };
    let all_agree = found.len() == wanted.len() && found.iter().zip(&wanted).all(agree);
    assert!(
        all_agree,
        "rustc says:\n{}\nwanted:\n{}",
        listing(found),
        listing(&wanted)
    );
}

/// The messages without what they are about: names, types, values, places.
fn kinds(mistakes: &[Mistake]) -> BTreeSet<String> {
    let kind = |message: &str| {
        let outside = message.split('`').step_by(2).collect::<Vec<_>>().join("..");
        let words = outside
            .split(' ')
            .filter(|word| !word.contains(|c: char| c.is_ascii_digit() || c == '/'));
        // The cure depends on what is meant.
        let words = words.collect::<Vec<_>>().join(" ");
        words.split(';').next().unwrap_or_default().to_owned()
    };
    mistakes
        .iter()
        .map(|(_, _, _, message)| kind(message))
        .collect()
}

/// What rustc says of the package, and of nothing else.
fn check(package: &Path, which: &[&str], vars: &[(&str, &str)]) -> Vec<Mistake> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let output = Command::new(env!("CARGO"))
        .arg("check")
        .args(which)
        .args(["--keep-going", "--message-format=json", "--target-dir"])
        .arg(target)
        .envs(vars.iter().copied())
        .current_dir(package)
        // Of the package that is being tested.
        .env_remove("OUT_DIR")
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let messages: Vec<Value> = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let built = messages
        .iter()
        .any(|message| message["reason"] == "build-script-executed");
    assert!(built, "{}", String::from_utf8_lossy(&output.stderr));
    let mut mistakes: Vec<Mistake> = messages
        .iter()
        .filter(|message| message["reason"] == "compiler-message")
        .filter(|message| {
            Path::new(message["manifest_path"].as_str().unwrap()).starts_with(package)
        })
        .map(|message| &message["message"])
        .filter(|message| message["level"] != "failure-note")
        // The last line of a failed target.
        .filter(|message| {
            !message["message"]
                .as_str()
                .unwrap()
                .starts_with("aborting due to")
        })
        .map(mistake)
        .collect();
    mistakes.sort();
    mistakes
}

fn mistake(message: &Value) -> Mistake {
    let text = message["message"].as_str().unwrap().to_owned();
    let spans = message["spans"].as_array().unwrap();
    let Some(mut span) = spans.iter().find(|span| span["is_primary"] == true) else {
        return (String::new(), 0, String::new(), text);
    };
    // Out of the macros of `core`, to where the user's text is.
    while span["text"].as_array().unwrap().is_empty() {
        span = &span["expansion"]["span"];
    }
    let number = |key: &str| span[key].as_u64().unwrap() as usize;
    let marked = &span["text"][0];
    let chars = marked["text"].as_str().unwrap().chars();
    let (from, to) = (
        marked["highlight_start"].as_u64().unwrap(),
        marked["highlight_end"].as_u64().unwrap(),
    );
    let token = chars
        .skip(from as usize - 1)
        .take((to - from) as usize)
        .collect();
    (
        span["file_name"].as_str().unwrap().to_owned(),
        number("line_start"),
        token,
        text,
    )
}

/// What the comments of the cases expect.
fn wanted(package: &Path) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for file in files(&package.join("src")) {
        let text = fs::read_to_string(package.join("src").join(&file)).unwrap();
        for (index, line) in text.lines().enumerate() {
            if let Some(expected) = line.trim().strip_prefix("//~^ ") {
                let (token, message) = expected.split_once(": ").unwrap();
                let file = format!("src/{}", file.display());
                mistakes.push((file, index, token.to_owned(), message.to_owned()));
            }
        }
    }
    mistakes.sort();
    mistakes
}
