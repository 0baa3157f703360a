//! Where headers are and which libraries go with them: -sys crates and pkg-config.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use cgocall_syntax::record::Link;

/// The include folders of this package's -sys crates: every `DEP_*_INCLUDE`. They come before the system's
/// own, else the header that is verified would not be that of the library that is linked.
pub(crate) fn sys_includes() -> Vec<PathBuf> {
    let vars: BTreeMap<String, String> = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("DEP_") && name.ends_with("_INCLUDE"))
        .collect();
    vars.values().flat_map(|list| folders(list)).collect()
}

/// One folder, or several joined by commas, as `libz-sys` has it.
fn folders(list: &str) -> Vec<PathBuf> {
    if Path::new(list).is_dir() {
        return vec![list.into()];
    }
    list.split(',')
        .filter(|part| !part.is_empty())
        .map(PathBuf::from)
        .collect()
}

/// What pkg-config says to a query such as `zlib >= 1.2`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Package {
    pub(crate) includes: Vec<PathBuf>,
    pub(crate) defines: Vec<String>,
    pub(crate) links: Vec<Link>,
    pub(crate) link_paths: Vec<PathBuf>,
}

/// Asks pkg-config; the error is a sentence for the literal that holds the query.
pub(crate) fn pkg_config(query: &str) -> Result<Package, String> {
    let library = pkg_config::Config::new()
        .cargo_metadata(false)
        .env_metadata(false)
        .print_system_libs(false)
        .probe(query)
        .map_err(|error| pkg_config_message(query, &error))?;
    let link = |kind: &str, name: &String| Link {
        kind: kind.to_owned(),
        name: name.clone(),
    };
    let libs = library.libs.iter().map(|name| link("dylib", name));
    let frameworks = library
        .frameworks
        .iter()
        .map(|name| link("framework", name));
    let define = |(name, value): (&String, &Option<String>)| match value {
        Some(value) => format!("-D{name}={value}"),
        None => format!("-D{name}"),
    };
    let mut defines: Vec<String> = library.defines.iter().map(define).collect();
    defines.sort();
    Ok(Package {
        links: libs.chain(frameworks).collect(),
        includes: library.include_paths,
        link_paths: library.link_paths,
        defines,
    })
}

fn pkg_config_message(query: &str, error: &pkg_config::Error) -> String {
    match error {
        pkg_config::Error::Command { .. } => format!(
            "pkg-config could not be run to find `{query}`; install it (Debian: `apt install pkg-config`), or \
             name the tool in the variable PKG_CONFIG"
        ),
        pkg_config::Error::CrossCompilation => format!(
            "pkg-config does not know this target's `{query}`; set PKG_CONFIG_SYSROOT_DIR or \
             PKG_CONFIG_ALLOW_CROSS=1"
        ),
        _ => format!(
            "pkg-config finds no `{query}`; install the development package that brings its `.pc` file, or add \
             the file's folder to PKG_CONFIG_PATH"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_folders_may_be_joined_by_commas() {
        assert_eq!(
            folders("/a,/b/c"),
            [PathBuf::from("/a"), PathBuf::from("/b/c")]
        );
        let dir = env::temp_dir().join("cgocall,comma");
        std::fs::create_dir_all(&dir).unwrap();
        assert_eq!(folders(dir.to_str().unwrap()), [dir]);
    }
}
