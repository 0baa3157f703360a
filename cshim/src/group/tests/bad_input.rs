//! Headers, compilers and left-overs that are not as they should be: one sentence each, nothing stale used.

use super::*;

impl Fixture {
    fn put(&self, path: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.dir.join(path), bytes).unwrap();
    }

    /// A shell script in the compiler's place. `$@` are the arguments, `real` compiles.
    #[cfg(unix)]
    fn with_compiler(mut self, script: &str) -> Fixture {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.dir.join("fake-cc");
        let text = format!(
            "#!/bin/sh\nlog='{}'\nreal() {{ cc \"$@\"; }}\n{script}\n",
            self.dir.join("log").display()
        );
        // Written by a child: a descriptor of ours that another test's child inherits would make it "busy".
        let mut writer = std::process::Command::new("sh");
        writer
            .args(["-c", "printf %s \"$1\" > \"$2\"", "sh", &text])
            .arg(&path);
        assert!(writer.status().unwrap().success());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        self.compiler = Some(path);
        self
    }

    /// The only finding: where it is, and what it says.
    fn finding(&self) -> (String, String) {
        let (records, _) = self.run();
        assert_eq!(self.said.borrow().as_deref(), None);
        let [finding] = &records[0].findings[..] else {
            panic!("one mistake, one finding: {:?}", records[0].findings)
        };
        assert!(
            !finding.message.contains('\n'),
            "one sentence: {}",
            finding.message
        );
        assert!(
            finding.message.len() < 700,
            "one sentence: {}",
            finding.message
        );
        (finding.node.clone(), finding.message.clone())
    }

    /// What build.rs says when no import is to blame.
    fn says(&self) -> String {
        self.run();
        let said = self
            .said
            .borrow()
            .clone()
            .expect("the compiler does not work");
        assert!(
            !said.contains('\n') && said.len() < 700,
            "one sentence: {said}"
        );
        said
    }

    #[track_caller]
    fn is_good(&self) {
        let (records, _) = self.run();
        assert_eq!(self.said.borrow().as_deref(), None);
        for record in records {
            assert_eq!(record.findings, []);
        }
    }
}

const IMPORT: (&str, &str) = (
    "include = \"c/api.h\"",
    "fn f(#[cgo(c = \"struct pair\")] p: &mut Pair, n: i64) -> c_int;",
);

fn fixture(name: &str) -> Fixture {
    Fixture::new(&format!("bad {name}"), &[API], &[IMPORT])
}

#[test]
fn a_header_that_is_not_there_or_does_not_compile() {
    let fixture = fixture("header");
    fs::remove_file(fixture.dir.join("c/api.h")).unwrap();
    let (node, message) = fixture.finding();
    assert_eq!(node, "attr/include/0");
    assert!(
        message.starts_with("the C compiler does not find `c/api.h`; install the package"),
        "{message}"
    );
    fixture.put(
        "c/api.h",
        "struct pair { int a; long b; };\nint f(struct pair *p, lung n);\n",
    );
    let (node, message) = fixture.finding();
    assert_eq!(node, "attr/include/0");
    assert!(
        message.starts_with("`c/api.h` does not compile: c/api.h:2: "),
        "{message}"
    );
    fixture.put("c/api.h", "#include \"gone.h\"\n");
    let (_, message) = fixture.finding();
    assert!(
        message.starts_with("`c/api.h` includes `gone.h`, which the C compiler does not find"),
        "{message}"
    );
    fixture.put("c/api.h", API.1);
    fixture.is_good();
}

#[test]
fn a_header_that_changes_between_two_builds_is_read_again() {
    let fixture = fixture("changes");
    fixture.is_good();
    fixture.put("c/api.h", API.1.replace("long n", "short n"));
    let (node, message) = fixture.finding();
    assert_eq!(node, "f/param/1/type");
    assert!(
        message.starts_with("`n` is `short` in c/api.h:2"),
        "{message}"
    );
    fixture.put("c/api.h", API.1);
    fixture.is_good();
    // Equal length and time.
    let time = fs::metadata(fixture.dir.join("c/api.h"))
        .unwrap()
        .modified()
        .unwrap();
    fixture.put("c/api.h", API.1.replace("int f", "char f"));
    let file = fs::File::options()
        .write(true)
        .open(fixture.dir.join("c/api.h"))
        .unwrap();
    file.set_modified(time).unwrap();
    assert_eq!(fixture.finding().0, "f/result");
}

#[test]
fn a_header_of_ten_megabytes_is_a_header() {
    let fixture = fixture("large");
    let mut text = String::new();
    for index in 0.. {
        text += &format!(
            "/* Number {index} of very many. */ extern long long_name_of_a_function_{index}(int a, long b);\n"
        );
        if text.len() > 10 << 20 {
            break;
        }
    }
    fixture.put("c/api.h", text + API.1);
    fixture.is_good();
}

#[test]
fn headers_in_other_encodings() {
    let fixture = fixture("encodings");
    let latin = b"/* gr\xfc\xdfe */\n#define NAME \"gr\xfc\xdfe\"\n";
    let comments = [latin, API.1.as_bytes()].concat();
    fixture.put("c/api.h", comments);
    fixture.is_good();
    let message = |bytes: &[u8]| {
        fixture.put("c/api.h", bytes);
        fixture.finding().1
    };
    let said = message(&[&latin[..], b"extern int \xe9t\xe9;\n", API.1.as_bytes()].concat());
    assert!(
        said.starts_with("`c/api.h` does not compile: c/api.h:3: "),
        "{said}"
    );
    let wide = API.1.encode_utf16();
    let little: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(wide.clone())
        .flat_map(u16::to_le_bytes)
        .collect();
    let big: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(wide)
        .flat_map(u16::to_be_bytes)
        .collect();
    for bytes in [little, big] {
        assert_eq!(
            message(&bytes),
            "`c/api.h` is encoded in UTF-16, which no C compiler reads; save it as UTF-8"
        );
    }
    fixture.put("c/api.h", [b"\xef\xbb\xbf", API.1.as_bytes()].concat());
    fixture.is_good();
}

#[test]
fn folders_with_spaces_quotes_and_umlauts() {
    let mut name = "it's \"gr\u{fc}n\" $x #1 \\ 100%".to_owned();
    if std::env::var("CC").is_ok_and(|compiler| compiler.contains("clang")) {
        // In its list of headers that is a `/`, and then nothing is kept.
        name = name.replace('\\', "");
    }
    let preamble = (
        "preamble = \"static int g(int a) { return a; }\"",
        "fn g(a: c_int) -> c_int;",
    );
    let source = ("source = \"c/imp l.c\"", "fn h(a: c_int) -> c_int;");
    let fixture = Fixture::new(
        &name,
        &[
            API,
            (
                "c/imp l.c",
                "#include \"api.h\"\nint h(int a) { return a; }\n",
            ),
        ],
        &[IMPORT, preamble, source],
    );
    fixture.is_good();
    let (_, files) = fixture.run();
    assert_eq!(
        fixture.compilers.get(),
        1,
        "its headers are known, and unchanged"
    );
    assert!(files.contains(&PathBuf::from("c/api.h")), "{files:?}");
    fixture.put("c/api.h", API.1.replace("long n", "short n"));
    let (records, _) = fixture.run();
    assert_eq!(records[0].findings[0].node, "f/param/1/type");
}

#[test]
#[cfg(target_os = "linux")]
fn a_folder_whose_name_is_no_text() {
    use std::os::unix::ffi::OsStrExt as _;
    let mut fixture = fixture("bytes");
    let outer = fixture.dir.clone();
    let inner = outer.join(std::ffi::OsStr::from_bytes(b"gr\xfcn"));
    fs::create_dir_all(inner.join("out")).unwrap();
    fs::rename(outer.join("c"), inner.join("c")).unwrap();
    fixture.dir = inner;
    fixture.is_good();
    fixture.put("c/api.h", API.1.replace("long n", "short n"));
    let (records, _) = fixture.run();
    assert_eq!(records[0].findings[0].node, "f/param/1/type");
    fixture.dir = outer;
}

#[cfg(unix)]
mod compilers {
    use super::*;

    #[test]
    fn it_runs_twice_for_a_group_and_once_for_a_stub() {
        let other = (
            "preamble = \"static int g(int a) { return a; }\"",
            "fn g(a: c_int) -> c_int;",
        );
        let constant = ("include = \"c/api.h\"", "#[cgo(constant)] static N: c_int;");
        let api = format!("#define N 1\n{}", API.1);
        let imports = [
            IMPORT,
            other,
            constant,
            ("include = \"c/api.h\"", "type pair;"),
        ];
        let fixture = Fixture::new("bad runs", &[("c/api.h", &api)], &imports)
            .with_compiler("echo \"$*\" >> \"$log\"; real \"$@\"");
        let runs = || {
            fixture.is_good();
            let log = fs::read_to_string(fixture.dir.join("log")).unwrap_or_default();
            let _ = fs::remove_file(fixture.dir.join("log"));
            // What `cc` wants to know of a compiler, and we, is asked once for a package.
            let (about_it, work): (Vec<&str>, Vec<&str>) = log
                .lines()
                .partition(|line| !line.contains("/group/") && !line.contains("/stub/"));
            assert!(about_it.len() < 8, "{about_it:#?}");
            (about_it.is_empty(), work.len())
        };
        assert_eq!(
            runs(),
            (false, 2 * 2 + 2),
            "two groups, two imports with stubs"
        );
        assert_eq!(runs(), (true, 0));
        fixture.put("c/api.h", format!("{api}/* of one group */"));
        assert_eq!(runs(), (false, 2 + 1));
    }

    #[test]
    fn one_that_is_missing() {
        let mut fixture = fixture("missing");
        fixture.compiler = Some("no-such-compiler".into());
        let said = fixture.says();
        assert!(
            said.starts_with("cgocall needs a C compiler to check the imports of this package: "),
            "{said}"
        );
        assert!(
            said.contains("no-such-compiler") && said.contains("apt install gcc"),
            "{said}"
        );
    }

    #[test]
    fn one_that_crashes_at_once() {
        let said = fixture("crash")
            .with_compiler("case \"$*\" in *empty.c*) kill -SEGV $$;; esac; real \"$@\"")
            .says();
        assert!(said.starts_with("the C compiler crashes: `"), "{said}");
        assert!(
            said.contains("signal: 11") && said.contains("the variable CC"),
            "{said}"
        );
    }

    #[test]
    fn one_that_crashes_on_an_import() {
        let script = "case \"$*\" in *types.c*)\n\
                      echo 'x.c:1:1: internal compiler error: Segmentation fault' >&2; exit 4;; esac\n\
                      real \"$@\"";
        let (node, message) = fixture("ice").with_compiler(script).finding();
        assert_eq!(node, "attr/include/0");
        assert!(
            message.starts_with("the C compiler crashes: `"),
            "{message}"
        );
        assert!(
            message.contains("internal compiler error: Segmentation fault"),
            "{message}"
        );
        // Half an answer is none.
        let script = "case \"$*\" in *kinds.c*) real \"$@\"; kill -KILL $$;; esac; real \"$@\"";
        let (_, message) = fixture("killed").with_compiler(script).finding();
        assert!(message.contains("ended with signal: 9"), "{message}");
    }

    #[test]
    fn one_that_hangs_at_once() {
        let mut fixture = fixture("hang").with_compiler("sleep 600");
        fixture.limit = Duration::from_secs(1);
        let said = fixture.says();
        assert!(said.starts_with("the C compiler hangs: `"), "{said}");
        assert!(
            said.contains("stopped after 1 seconds") && said.contains("CGOCALL_CC_TIMEOUT"),
            "{said}"
        );
    }

    #[test]
    fn one_that_hangs_on_an_import() {
        let script = "case \"$*\" in *types.c*) sleep 600;; esac; real \"$@\"";
        let mut fixture = fixture("hangs").with_compiler(script);
        fixture.limit = Duration::from_secs(10);
        let (node, message) = fixture.finding();
        assert_eq!(node, "attr/include/0");
        assert!(message.starts_with("the C compiler hangs: `"), "{message}");
    }

    #[test]
    fn one_that_speaks_another_language() {
        // As gcc does it: `LC_ALL=C` is English whatever `LANGUAGE` says.
        let script = "if [ \"$LC_ALL\" != C ] || [ -n \"$LANGUAGE\" ]; then\n\
                      real \"$@\" 2>&1 |\n\
                      sed 's/error:/Fehler:/; s/note: previous declaration/Anmerkung: vorherige/' >&2\n\
                      exit 1; fi; real \"$@\"";
        let fixture = fixture("language").with_compiler(script);
        fixture.is_good();
        fixture.put("c/api.h", API.1.replace("long n", "short n"));
        assert!(
            fixture
                .finding()
                .1
                .starts_with("`n` is `short` in c/api.h:2")
        );
    }

    #[test]
    fn one_that_says_megabytes() {
        let noise = "head -c 20000000 /dev/zero | tr '\\0' x >&2; echo >&2; printf '\\377\\376 no text\\n' >&2";
        fixture("noise")
            .with_compiler(&format!("{noise}; real \"$@\""))
            .is_good();
        let script = format!("case \"$*\" in *kinds.c*) {noise}; exit 1;; esac; real \"$@\"");
        let (_, message) = fixture("loud").with_compiler(&script).finding();
        assert!(
            message.starts_with("the C compiler gives up: xxxx"),
            "{message}"
        );
    }

    #[test]
    fn one_that_writes_no_object_file() {
        // Of the values, and of the stubs; where one of an earlier run is, it is not taken for it.
        for part in ["types.c", "/stub/"] {
            let fixture = fixture("no object");
            fixture.is_good();
            fixture.put("c/api.h", format!("/* changed */ {}", API.1));
            let fixture = fixture.with_compiler(&format!(
                "case \"$*\" in *{part}*) exit 0;; esac; real \"$@\""
            ));
            let (_, message) = fixture.finding();
            assert!(
                message.starts_with("the C compiler does not do as it is told: `"),
                "{part}: {message}"
            );
            assert!(
                message.contains("reports success and writes no object file; name another"),
                "{part}: {message}"
            );
        }
    }

    #[test]
    fn one_that_ignores_its_flags() {
        let script = "for last; do :; done\n\
                      case \"$*\" in *kinds.c*|*types.c*|*/stub/*) cc \"$last\";; *) real \"$@\";; esac";
        let (node, message) = fixture("ignores").with_compiler(script).finding();
        assert_eq!(node, "attr/include/0");
        assert!(
            message.starts_with("the C compiler does not find `c/api.h`"),
            "{message}"
        );
        // Without the list of headers nobody knows when to look again: so it is always.
        let script = "for arg; do shift\n\
                      case \"$arg\" in -MMD|-MF|*.d) ;; *) set -- \"$@\" \"$arg\";; esac; done; real \"$@\"";
        let fixture = fixture("no list").with_compiler(script);
        fixture.is_good();
        fixture.put("c/api.h", API.1.replace("long n", "short n"));
        assert_eq!(fixture.finding().0, "f/param/1/type");
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn one_for_another_target() {
        // An object file of nothing, of another machine: its number is the 18th byte.
        for part in ["types.c", "/stub/"] {
            let script = format!(
                "real \"$@\" || exit; case \"$*\" in *{part}*) while [ \"$1\" != -o ]; do shift; done\n\
                 printf '\\267' | dd of=\"$2\" bs=1 seek=18 conv=notrunc 2>/dev/null;; esac"
            );
            let (_, message) = fixture("target").with_compiler(&script).finding();
            assert!(
                message.starts_with("the C compiler is one for another target: `"),
                "{part}: {message}"
            );
            assert!(
                message.contains("compiles for aarch64, and the target is x86_64; name the right"),
                "{message}"
            );
        }
    }

    #[test]
    fn flags_that_cut_answers_short_or_color_them() {
        for flags in [
            "-Wfatal-errors",
            "-Werror -Wall -Wextra -Wconversion -Wpedantic",
            "-pedantic-errors -std=c99",
            "-fmax-errors=1",
            "-fdiagnostics-color=always",
        ] {
            let fixture = fixture("flags").with_compiler(&format!("exec cc {flags} \"$@\""));
            fixture.is_good();
            let mut fixture = fixture;
            let attr = format!("include = \"c/api.h\", cflags = \"{flags}\"");
            let wrong = "fn f(#[cgo(c = \"struct pair\")] p: &mut Pair, n: i32) -> i8; fn g();";
            let block = format!("unsafe extern \"C\" {{ {wrong} }}");
            let import = Import::parse(attr.parse().unwrap(), block.parse().unwrap());
            fixture.imports.push(import.unwrap());
            let (records, _) = fixture.run();
            let nodes: Vec<&str> = records[1]
                .findings
                .iter()
                .map(|finding| finding.node.as_str())
                .collect();
            assert_eq!(
                nodes,
                ["g", "f/param/1/type", "f/result"],
                "{flags}: {:?}",
                records[1].findings
            );
        }
    }
}

#[test]
fn what_is_left_over_is_not_taken_for_what_is_there() {
    let fixture = fixture("left over");
    fixture.is_good();
    let all = |dir: &Path| -> Vec<PathBuf> {
        let mut found = vec![dir.to_path_buf()];
        let mut at = 0;
        while at < found.len() {
            let entries = fs::read_dir(&found[at]).into_iter().flatten();
            found.extend(entries.map(|entry| entry.unwrap().path()));
            at += 1;
        }
        found.retain(|path| path.is_file());
        found.sort();
        found
    };
    let out = fixture.dir.join("out");
    let files = all(&out.join("cgo")).into_iter().chain(fixture.archives());
    let files: Vec<PathBuf> = files.filter(|file| file.extension().is_some()).collect();
    assert!(files.len() > 5, "{files:?}");
    for file in &files {
        let (bytes, whole) = (fs::read(file).unwrap(), fixture.run().0);
        let half = bytes[..bytes.len() / 2].to_vec();
        let nothing = Vec::new();
        for damage in [half, nothing, b"cgocall 1\nlink\tdylib\told\n".to_vec()] {
            fs::remove_file(file).unwrap();
            fs::write(file, damage).unwrap();
            let mut permissions = fs::metadata(file).unwrap().permissions();
            permissions.set_readonly(true);
            fs::set_permissions(file, permissions).unwrap();
            assert_eq!(fixture.run().0, whole, "{}", file.display());
            fixture.is_good();
        }
        fs::remove_file(file).unwrap();
        fs::create_dir(file).unwrap();
        fs::write(file.join("in the way"), "").unwrap();
        assert_eq!(fixture.run().0, whole, "{}", file.display());
    }
    // And what the linker reads is whole.
    let archive = &fixture.archives()[0];
    assert!(fs::metadata(archive).unwrap().len() > 500);
}

#[test]
fn a_build_that_was_interrupted_leaves_nothing_to_trust() {
    let constant = ("include = \"c/api.h\"", "#[cgo(constant)] static N: c_int;");
    let fixture = Fixture::new(
        "bad interrupted",
        &[("c/api.h", "#define N 1\n")],
        &[constant],
    );
    let value = || fixture.run().0[0].constants[0].value.clone();
    assert_eq!(value(), "1");
    fixture.put("c/api.h", "#define N 2\n");
    let groups = || {
        fs::read_dir(fixture.dir.join("out/cgo/group"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    let stamp = || groups().find(|path| path.extension().is_some_and(|end| end == "stamp"));
    let first = fs::read(stamp().unwrap()).unwrap();
    assert_eq!(value(), "2");
    // As if the first stamp were still there: the record has been overwritten.
    fs::write(stamp().unwrap(), first).unwrap();
    fixture.put("c/api.h", "#define N 1\n");
    assert_eq!(value(), "1");
    // A run that breaks off has taken its stamp away first.
    let record = record::record_path(
        &fixture.dir.join("out"),
        &cgocall_syntax::hash::of(&fixture.package, &fixture.imports[0]),
    );
    fs::remove_file(&record).unwrap();
    fs::create_dir(&record).unwrap();
    assert_eq!(value(), "1");
}
