//! What another version of this crate has left in `OUT_DIR`.
//!
//! Files of another version could be misread, whatever their names. So the version stands beside them, written after
//! all of them have gone. What the same version left is known by its stamps.

use std::path::Path;
use std::{fs, io};

use cgocall_syntax::record;

use crate::out;

/// Removes it.
pub(crate) fn clear(out_dir: &Path) -> io::Result<()> {
    let cgo = out_dir.join("cgo");
    let file = cgo.join("version");
    let version = format!(
        "cgocall-cshim {}, records {}\n",
        env!("CARGO_PKG_VERSION"),
        record::VERSION
    );
    if fs::read(&file).is_ok_and(|text| text == version.as_bytes()) {
        return Ok(());
    }
    out::clear(&cgo)?;
    for entry in fs::read_dir(out_dir)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("libcgo_") && name.ends_with(".a") {
            out::clear(&path)?;
        }
    }
    out::write_own(&file, &version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_version_left_goes_and_nothing_else() {
        let dir = std::env::temp_dir().join(format!("cgocall-leftover-{}", std::process::id()));
        fs::create_dir_all(dir.join("cgo/group")).unwrap();
        let files = [
            "cgo/0123.rec",
            "cgo/group/a.stamp",
            "libcgo_p_0123.a",
            "libz.a",
            "generated.rs",
        ];
        let old = || {
            files
                .iter()
                .for_each(|file| fs::write(dir.join(file), "old").unwrap())
        };
        let left = || files.map(|file| dir.join(file).exists());
        old();
        clear(&dir).unwrap();
        assert_eq!(left(), [false, false, false, true, true]);
        fs::write(dir.join("cgo/0123.rec"), "new").unwrap();
        clear(&dir).unwrap();
        assert!(left()[0], "what is ours stays");
        fs::write(dir.join("cgo/version"), "cgocall-cshim 0.0.9, records 1\n").unwrap();
        clear(&dir).unwrap();
        assert!(!left()[0]);
        // Not even a folder.
        fs::remove_dir_all(dir.join("cgo")).unwrap();
        fs::write(dir.join("cgo"), "a file").unwrap();
        clear(&dir).unwrap();
        assert!(dir.join("cgo/version").is_file());
        fs::remove_dir_all(&dir).unwrap();
    }
}
