//! Which package brings a header, for whoever lacks it. Debian's names; Ubuntu and others have the same.

/// Headers as they are included, and their packages. A folder ends with `/`.
const DEBIAN: [(&str, &str); 36] = [
    ("Python.h", "python3-dev"),
    ("SDL2/", "libsdl2-dev"),
    ("X11/", "libx11-dev"),
    ("alsa/", "libasound2-dev"),
    ("archive.h", "libarchive-dev"),
    ("bzlib.h", "libbz2-dev"),
    ("curl/", "libcurl4-openssl-dev"),
    ("event2/", "libevent-dev"),
    ("expat.h", "libexpat1-dev"),
    ("ffi.h", "libffi-dev"),
    ("ft2build.h", "libfreetype-dev"),
    ("fuse3/", "libfuse3-dev"),
    ("git2.h", "libgit2-dev"),
    ("gmp.h", "libgmp-dev"),
    ("jpeglib.h", "libjpeg-dev"),
    ("libpq-fe.h", "libpq-dev"),
    ("libssh2.h", "libssh2-1-dev"),
    ("libudev.h", "libudev-dev"),
    ("libusb-1.0/", "libusb-1.0-0-dev"),
    ("libxml/", "libxml2-dev"),
    ("lmdb.h", "liblmdb-dev"),
    ("lua.h", "liblua5.4-dev"),
    ("lzma.h", "liblzma-dev"),
    ("ncurses.h", "libncurses-dev"),
    ("openssl/", "libssl-dev"),
    ("pcap.h", "libpcap-dev"),
    ("pcre2.h", "libpcre2-dev"),
    ("png.h", "libpng-dev"),
    ("readline/", "libreadline-dev"),
    ("sodium.h", "libsodium-dev"),
    ("sqlite3.h", "libsqlite3-dev"),
    ("sys/capability.h", "libcap-dev"),
    ("systemd/", "libsystemd-dev"),
    ("uuid/", "uuid-dev"),
    ("zlib.h", "zlib1g-dev"),
    ("zstd.h", "libzstd-dev"),
];

/// What is said behind "install".
pub(crate) fn that_brings(header: &str) -> String {
    let is_it = |&&(known, _): &&(&str, &str)| match known.ends_with('/') {
        true => header.starts_with(known),
        false => header == known,
    };
    match DEBIAN.iter().find(is_it) {
        Some((_, package)) => {
            format!("the package that brings it (Debian, Ubuntu: `apt install {package}`)")
        }
        None => "the package that brings it".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{DEBIAN, that_brings};

    #[test]
    fn the_package_of_a_well_known_header_is_named() {
        assert!(that_brings("zlib.h").ends_with("(Debian, Ubuntu: `apt install zlib1g-dev`)"));
        assert!(that_brings("openssl/ssl.h").contains("libssl-dev"));
        assert_eq!(that_brings("my/zlib.h"), "the package that brings it");
        assert!(DEBIAN.is_sorted());
    }
}
