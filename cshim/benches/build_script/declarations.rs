//! The declarations of sqlite3.h in Rust: its style is even enough for a few rules.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Rust files that import the same names of a header.
pub struct Files {
    pub names: usize,
    /// With all their declarations.
    pub declared: String,
    /// With nothing but the names.
    pub discovered: String,
}

/// All the functions of `header` with a fixed form, the types behind their pointers, and its result codes.
pub fn imports(compiler: &str, header: &Path) -> Files {
    let output = Command::new(compiler)
        .args(["-E", "-dD", "-P", "-x", "c"])
        .arg(header)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut c = String::new();
    let mut constants = String::new();
    let mut names = BTreeSet::new();
    let include = header.display();
    for line in text.lines() {
        match line
            .strip_prefix("#define ")
            .and_then(|rest| rest.trim().split_once(' '))
        {
            Some((name, value))
                if name.starts_with("SQLITE_")
                    && value.trim().parse::<i32>().is_ok()
                    && names.len() < 40 =>
            {
                let value = value.trim();
                constants += &format!(
                    "#[cgo_import(include = \"{include}\")]\npub const {name}: c_int = {value};\n"
                );
                names.insert(name.to_owned());
            }
            Some(_) => {}
            None if line.starts_with('#') => {}
            None => c += &format!("{line} "),
        }
    }
    let mut opaque = BTreeSet::new();
    let mut functions = String::new();
    let mut depth = 0;
    let mut statement = String::new();
    for ch in c.chars() {
        depth += i32::from(ch == '{') - i32::from(ch == '}');
        if ch == ';' && depth == 0 {
            if let Some((name, function)) = function(&statement, &mut opaque) {
                functions += &format!("    pub {function};\n");
                names.insert(name);
            }
            statement.clear();
        } else {
            statement.push(ch);
        }
    }
    let types: String = opaque
        .iter()
        .map(|name| format!("    pub type {name};\n"))
        .collect();
    names.extend(opaque);
    let declared = format!(
        "{constants}#[cgo_import(include = \"{include}\")]\nunsafe extern \"C\" {{\n{types}{functions}}}\n"
    );
    let list: Vec<&str> = names.iter().map(String::as_str).collect();
    let discovered = format!(
        "#[cgo_import(include = \"{include}\")]\npub mod sqlite {{\n    use C::{{{}}};\n}}\n",
        list.join(", ")
    );
    Files {
        names: names.len(),
        declared,
        discovered,
    }
}

/// Its name and its declaration.
fn function(statement: &str, opaque: &mut BTreeSet<String>) -> Option<(String, String)> {
    let statement = statement.trim().trim_start_matches("extern ");
    let (head, params) = statement.split_once('(')?;
    let at = head.rfind(|c: char| !c.is_alphanumeric() && c != '_')? + 1;
    let (result, name) = head.split_at(at);
    if !name.starts_with("sqlite3_") || head.starts_with("typedef") || head.contains('{') {
        return None;
    }
    let params = params.strip_suffix(')')?;
    let result = returned(result, opaque)?;
    let params = parameters(params, opaque)?;
    Some((name.to_owned(), format!("fn {name}({params}){result}")))
}

fn returned(text: &str, opaque: &mut BTreeSet<String>) -> Option<String> {
    let ty = of(text, opaque)?;
    Some(if ty == "c_void" {
        String::new()
    } else {
        format!(" -> {ty}")
    })
}

fn parameters(text: &str, opaque: &mut BTreeSet<String>) -> Option<String> {
    let (mut depth, mut list, mut from) = (0, Vec::new(), 0);
    for (at, c) in text.char_indices() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if c == ',' && depth == 0 {
            list.push(&text[from..at]);
            from = at + 1;
        }
    }
    list.push(&text[from..]);
    if list.len() == 1 && matches!(list[0].trim(), "void" | "") {
        return Some(String::new());
    }
    let params = list.iter().enumerate();
    let params: Option<Vec<String>> = params
        .map(|(at, param)| Some(format!("p{at}: {}", parameter(param, opaque)?)))
        .collect();
    Some(params?.join(", "))
}

fn parameter(text: &str, opaque: &mut BTreeSet<String>) -> Option<String> {
    if let Some((result, rest)) = text.split_once("(*") {
        let (_, params) = rest.split_once('(')?;
        let params = parameters(params.trim().strip_suffix(')')?, opaque)?;
        let result = returned(result, opaque)?;
        return Some(format!("Option<unsafe extern \"C\" fn({params}){result}>"));
    }
    // A name at the end, after a type's name, a space or a star.
    let text = text.trim();
    let at = text
        .rfind(|c: char| !c.is_alphanumeric() && c != '_')
        .map_or(0, |at| at + 1);
    let (before, last) = text.split_at(at);
    let is_type = before.trim().is_empty()
        || matches!(before.trim(), "const" | "unsigned" | "struct" | "long long")
        || matches!(last, "int" | "char" | "void" | "double");
    let (ty, array) = match text.strip_suffix("[]") {
        Some(rest) => (rest.trim_end().rsplit_once([' ', '*'])?.0, true),
        None => (if is_type { text } else { before }, false),
    };
    let ty = if array {
        format!("{ty} *")
    } else {
        ty.to_owned()
    };
    of(&ty, opaque)
}

/// A type without a name.
fn of(text: &str, opaque: &mut BTreeSet<String>) -> Option<String> {
    let spaced = text.replace('*', " * ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let stars = words.iter().filter(|word| **word == "*").count();
    let base: Vec<&str> = words
        .iter()
        .filter(|word| !matches!(**word, "*" | "const" | "struct"))
        .copied()
        .collect();
    let base = match base.join(" ").as_str() {
        "int" => "c_int",
        "unsigned" | "unsigned int" => "c_uint",
        "char" => "c_char",
        "unsigned char" => "c_uchar",
        "void" => "c_void",
        "double" => "f64",
        "sqlite3_int64" | "sqlite_int64" => "i64",
        "sqlite3_uint64" | "sqlite_uint64" => "u64",
        "sqlite3_callback" if stars == 0 => {
            return parameter("int (*)(void*,int,char**,char**)", opaque);
        }
        "sqlite3_destructor_type" if stars == 0 => return parameter("void (*)(void*)", opaque),
        "sqlite3_syscall_ptr" if stars == 0 => return parameter("void (*)(void)", opaque),
        name if stars > 0 && name.starts_with("sqlite3") && !name.contains(' ') => {
            opaque.insert(name.to_owned());
            &name.to_owned()
        }
        _ => return None,
    };
    // The constness of what each star points to stands before it.
    let mut ty = base.to_owned();
    let mut constant = false;
    for word in words {
        match word {
            "const" => constant = true,
            "*" => {
                ty = format!("*{} {ty}", if constant { "const" } else { "mut" });
                constant = false;
            }
            _ => {}
        }
    }
    Some(ty)
}
