use super::*;
use std::process::Command;

/// What a compiler of this machine says of a C text, in one version of the format.
fn read_c(version: &str, text: &str) -> DebugInfo {
    compile(version, text).unwrap()
}

fn compile(version: &str, text: &str) -> Result<DebugInfo, Unreadable> {
    read(&object("cc", &[version], text).unwrap())
}

/// None, if there is no such compiler.
fn object(compiler: &str, flags: &[&str], text: &str) -> Option<Vec<u8>> {
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!(
        "cgocall-dwarf-{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Relaxed)
    );
    let file = std::env::temp_dir().join(name).with_extension("c");
    let object = file.with_extension("o");
    std::fs::write(&file, text).unwrap();
    let compiled = Command::new(compiler)
        .args(["-c", "-O0", "-gz=none"])
        .args(flags)
        .arg("-o")
        .args([&object, &file])
        .status();
    let bytes = compiled.ok().map(|status| {
        assert!(status.success());
        std::fs::read(&object).unwrap()
    });
    std::fs::remove_file(file).unwrap();
    let _ = std::fs::remove_file(object);
    bytes
}

const VERSIONS: [&str; 3] = ["-gdwarf-3", "-gdwarf-4", "-gdwarf-5"];

#[test]
fn types_are_spelled_as_in_c_again() {
    let types = [
        ("unsigned long", ""),
        ("const char *const *", ""),
        ("int (*)(void *, const char *)", ""),
        ("void (*)(int, ...)", ""),
        ("int (*)()", ""),
        ("size_t", "typedef unsigned long size_t;"),
        ("struct s *", "struct s;"),
        ("const union u", "union u { int i; float f; };"),
        ("enum e (*)(void)", "enum e { A };"),
        ("int [2][3]", ""),
        ("void (*(*)(int))(char)", ""),
        ("volatile int *", ""),
        ("_Bool", ""),
        ("signed char", ""),
        ("char", ""),
        ("long long", ""),
        ("double", ""),
    ];
    for version in VERSIONS {
        for (ty, before) in types {
            let info = read_c(
                version,
                &format!(
                    "{before}
__typeof__({ty}) *probe;
"
                ),
            );
            let spelled = info.declare(info.pointee("probe").unwrap(), "");
            assert_eq!(spelled, ty, "{version}");
        }
    }
}

#[test]
fn members_have_their_places_bitfields_too() {
    let text = "struct s { char a; unsigned b : 3, c : 9; int : 0; signed d : 20; struct { short e; }; \
                const struct s *next; char name[12]; double rest[]; };\nstruct s *probe;\n";
    for version in VERSIONS {
        let info = read_c(version, text);
        let Type::Aggregate(s) = info.get(info.pointee("probe").unwrap()) else {
            panic!("a struct");
        };
        assert_eq!(
            (s.tag.as_deref(), s.bytes, s.is_union),
            (Some("s"), Some(40), false)
        );
        assert_eq!(s.at.as_ref().unwrap().line, 1);
        let members: Vec<_> = s
            .members
            .iter()
            .map(|member| {
                let name = member.name.as_deref().unwrap_or("_");
                (
                    info.declare(member.ty, name),
                    member.bit_offset,
                    member.bits,
                )
            })
            .collect();
        let members: Vec<_> = members
            .iter()
            .map(|(text, offset, bits)| (text.as_str(), *offset, *bits))
            .collect();
        assert_eq!(
            members,
            [
                ("char a", 0, None),
                ("unsigned int b", 8, Some(3)),
                ("unsigned int c", 11, Some(9)),
                ("int d", 32, Some(20)),
                ("struct {..} _", 64, None),
                ("const struct s *next", 128, None),
                ("char name[12]", 192, None),
                ("double rest[]", 320, None),
            ],
            "{version}"
        );
    }
}

#[test]
fn enumerators_keep_their_signs() {
    for version in VERSIONS {
        let info = read_c(
            version,
            "enum e { A = -1, B = 127, C = 200, D = -70000, E = 0x7fffffff };\nenum e *probe;\n\
             enum big { F = 0xffffffff };\nenum big *large;\n",
        );
        let values = |name| match info.get(info.pointee(name).unwrap()) {
            Type::Enum(list) => list.values.clone(),
            other => panic!("{other:?}"),
        };
        let named = |list: &[(&str, i128)]| -> Vec<(String, i128)> {
            list.iter()
                .map(|(name, value)| ((*name).to_owned(), *value))
                .collect()
        };
        let all = [
            ("A", -1),
            ("B", 127),
            ("C", 200),
            ("D", -70000),
            ("E", 0x7fff_ffff),
        ];
        assert_eq!(values("probe"), named(&all), "{version}");
        assert_eq!(values("large"), named(&[("F", 0xffff_ffff)]), "{version}");
    }
}

/// DWARF 2 has a member's place as a program.
#[test]
fn what_is_not_understood_is_not_guessed() {
    assert!(compile("-gdwarf-2", "struct s { int a, b; } *probe;").is_err());
}

#[test]
fn what_is_no_object_file_is_an_error() {
    assert!(read(b"").is_err());
    assert!(read(b"\x7fELF and no more").is_err());
}

/// Of each bitfield, the bits that a compiler sets for all ones are those that its debug information tells: counted from
/// the lowest of each byte on a little-endian target, from the highest on a big-endian one.
#[test]
fn a_bitfield_is_where_the_compiler_writes_it() {
    let names = ["b", "c", "d", "e", "f"];
    let mut text = "struct s { char a; unsigned b : 3, c : 9; int : 0; signed d : 20; unsigned long long e : 40; \
                    struct { char g; } h; unsigned f : 5; };\nstruct s *probe;\n"
        .to_owned();
    for name in names {
        text += &format!(
            "const struct {{ char magic[8]; struct s value; }} of_{name} = {{ \"cgobit-{name}\", {{ .{name} = -1 }} }};\n"
        );
    }
    let compilers = [
        ("cc", "-gdwarf-3", cfg!(target_endian = "big")),
        ("cc", "-gdwarf-4", cfg!(target_endian = "big")),
        ("cc", "-gdwarf-5", cfg!(target_endian = "big")),
        ("clang", "--target=s390x-linux-gnu -gdwarf-4", true),
        ("clang", "--target=s390x-linux-gnu -gdwarf-3", true),
        ("clang", "--target=aarch64-linux-gnu -gdwarf-4", false),
    ];
    for (compiler, flags, big) in compilers {
        let all: Vec<&str> = flags.split(' ').collect();
        let Some(object) = object(compiler, &all, &text) else {
            eprintln!("{compiler} is not installed: {flags} is skipped");
            continue;
        };
        let info = read(&object).unwrap();
        let Type::Aggregate(s) = info.get(info.pointee("probe").unwrap()) else {
            panic!("a struct");
        };
        for name in names {
            let magic = format!("cgobit-{name}");
            let is_here = |at: &usize| object[*at..].starts_with(magic.as_bytes());
            let at = (0..object.len()).find(is_here).unwrap() + 8;
            let bytes = &object[at..at + s.bytes.unwrap() as usize];
            let is_set = |bit: &u64| {
                let in_byte = (bit % 8) as u32;
                let in_byte = if big { 7 - in_byte } else { in_byte };
                bytes[(bit / 8) as usize] >> in_byte & 1 == 1
            };
            let set: Vec<u64> = (0..s.bytes.unwrap() * 8).filter(is_set).collect();
            let mut members = s.members.iter();
            let member = members
                .find(|member| member.name.as_deref() == Some(name))
                .unwrap();
            let told: Vec<u64> =
                (member.bit_offset..member.bit_offset + member.bits.unwrap()).collect();
            assert_eq!(set, told, "{name} by {compiler} {flags}");
        }
    }
}

/// A few lines of C whose types, written out, would fill a disk.
#[test]
fn types_that_name_others_twice_come_to_an_end() {
    let mut text = "typedef int (*f0)(int);\n".to_owned();
    for level in 1..60 {
        let before = level - 1;
        text += &format!("typedef f{before} (*f{level})(f{before}, f{before});\n");
    }
    let info = read_c("-gdwarf-4", &format!("{text}f59 *deep; f3 *plain;\n"));
    let names = crate::names::PackageNames::default();
    let aligns = HashMap::new();
    let mut declarer = crate::discover::declare::Declarer::new(&info, 8, &aligns);
    let [deep, plain] = ["deep", "plain"].map(|name| info.pointee(name).unwrap());
    assert_eq!(info.rust(deep, &names), None);
    assert_eq!(declarer.ty(deep).unwrap_err().0, "f59");
    assert!(info.rust(plain, &names).is_some());
    assert!(declarer.ty(plain).is_ok());
}

#[test]
fn structs_in_structs_are_aligned_once_each() {
    let mut text = "struct s0 { int i; };\n".to_owned();
    for level in 1..60 {
        let before = level - 1;
        text += &format!("struct s{level} {{ char c; struct s{before} a[0], b[0], d[0]; }};\n");
    }
    let info = read_c("-gdwarf-4", &format!("{text}struct s59 *deep;\n"));
    let aligns = HashMap::new();
    let mut declarer = crate::discover::declare::Declarer::new(&info, 8, &aligns);
    let deep = info.pointee("deep").unwrap();
    declarer.tag("s59", "struct s59", deep, "").unwrap();
    assert_eq!(declarer.made.types.len(), 60);
}

#[test]
fn a_struct_is_not_inside_of_itself() {
    let mut info = DebugInfo::default();
    let ty = Type::Aggregate(Aggregate {
        is_union: false,
        tag: Some("s".to_owned()),
        bytes: Some(8),
        align: None,
        members: Vec::new(),
        at: None,
    });
    let outer = info.add(ty.clone());
    let inner = info.add(ty);
    let behind = info.add(Type::Pointer(outer));
    let member = |ty| Member {
        name: Some("next".to_owned()),
        ty,
        bit_offset: 0,
        bits: None,
        at: None,
    };
    info.set_members(outer, vec![member(inner)]);
    info.set_members(inner, vec![member(behind)]);
    assert!(info.is_finite());
    info.set_members(inner, vec![member(outer)]);
    assert!(!info.is_finite());
}

#[test]
fn names_that_rust_cannot_have_are_spelled_for_c() {
    let text = "struct a$b { int i; }; struct s { int x$; struct a$b in; struct { int n; } y$[2]; int last; } *probe;";
    let info = read_c("-gdwarf-4", text);
    let aligns = HashMap::new();
    let mut declarer = crate::discover::declare::Declarer::new(&info, 8, &aligns);
    let probe = info.pointee("probe").unwrap();
    declarer.tag("s", "struct s", probe, "").unwrap();
    let text = &declarer.made.types["s"].text;
    for field in [
        "#[cgo(c = \"x$\")]\n    pub x_: ::core::ffi::c_int",
        "#[cgo(opaque)]\n    pub r#in: [::core::primitive::u8; 4]",
        "#[cgo(c = \"y$\")]\n    pub y_: [s_y_; 2]",
    ] {
        assert!(text.contains(field), "{text}");
    }
    assert!(declarer.made.types.contains_key("s_y_"));
}

#[test]
fn structs_in_structs_are_declared_however_deep_they_are_read() {
    let declared = |levels: usize| {
        let structs = (1..=levels)
            .map(|level| format!("struct s{level} {{ int a; struct s{} in; }};", level - 1));
        let structs: String = structs.collect();
        let text = format!("struct s0 {{ int a; }}; {structs} struct s{levels} *probe;");
        let info = compile("-gdwarf-4", &text).ok()?;
        let probe = info.pointee("probe").unwrap();
        let aligns = HashMap::new();
        let mut declarer = crate::discover::declare::Declarer::new(&info, 8, &aligns);
        let name = format!("s{levels}");
        let c = format!("struct {name}");
        declarer.tag(&name, &c, probe, "").unwrap();
        Some(declarer.made.types.len())
    };
    assert_eq!(declared(DEEPEST - 2), Some(DEEPEST - 1));
    // What is deeper is not read, so nothing that is declared goes deeper either.
    assert_eq!(declared(DEEPEST + 1), None);
}
