//! `iconv`.

use cgocall::{Errno, go};
use libraries::convert::{ConvertError, Converter};

#[cgocall::test]
fn texts_come_in_any_encoding() {
    let mut latin = Converter::new("UTF-8", "ISO-8859-1").unwrap();
    assert_eq!(latin.convert("Grüße".as_bytes()).unwrap(), b"Gr\xfc\xdfe");
    assert_eq!(latin.convert(b"").unwrap(), b"");
    let long = "ß".repeat(100_000);
    assert_eq!(latin.convert(long.as_bytes()).unwrap(), vec![0xdf; 100_000]);

    // More than there was, and with a state that ends.
    let mut wide = Converter::new("ISO-8859-1", "UTF-32BE").unwrap();
    let found = wide.convert(b"a\xfc").unwrap();
    assert_eq!(found, [0, 0, 0, 0x61, 0, 0, 0, 0xfc]);
    let mut japanese = Converter::new("UTF-8", "ISO-2022-JP").unwrap();
    for _ in 0..2 {
        let found = japanese.convert("日".as_bytes()).unwrap();
        assert_eq!(found, b"\x1b$BF|\x1b(B");
    }
}

#[cgocall::test]
fn what_is_no_text_is_an_error_where_it_is_none() {
    let mut wide = Converter::new("UTF-8", "UTF-16LE").unwrap();
    let error = wide.convert(b"abc\xffdef").unwrap_err();
    assert_eq!(error, ConvertError::Invalid(3));
    assert_eq!(error.to_string(), "no such letter at byte 3");
    assert_eq!(wide.convert(b"abc\xc3"), Err(ConvertError::Cut(3)));
    assert_eq!(wide.convert(b"a"), Ok(vec![b'a', 0]), "and then the next");
    let mut ascii = Converter::new("UTF-8", "ASCII").unwrap();
    assert_eq!(ascii.convert("ü".as_bytes()), Err(ConvertError::Invalid(0)));
}

#[cgocall::test]
fn an_encoding_that_nobody_knows_is_an_error_of_the_library() {
    let error = Converter::new("UTF-8", "klingon").unwrap_err();
    assert_eq!(error, Errno(22));
    let error = Converter::new("UTF\0-8", "ASCII").unwrap_err();
    assert_eq!(error, Errno(22), "no text of C's");
}

#[cgocall::test]
fn each_goroutine_has_its_own() {
    let jobs: Vec<_> = (0..100_u8)
        .map(|n| {
            let mut converter = Converter::new("ISO-8859-1", "UTF-8").unwrap();
            go(move || converter.convert(&[n + 100; 1000]).unwrap())
        })
        .collect();
    for (n, job) in (0..100_u8).zip(jobs) {
        let text = String::from_utf8(job.join().unwrap()).unwrap();
        assert!(text.chars().all(|c| c == char::from(n + 100)));
        assert_eq!(text.chars().count(), 1000);
    }
}
