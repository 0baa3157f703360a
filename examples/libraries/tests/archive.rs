//! libarchive.
#![cfg(has_archive)]

use cgocall::{go, yield_now};
use libraries::archive::{Archive, ArchiveError};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// An archive of these files, as `tar` writes it.
fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (path, content) in files {
        let mut header = [0; 512];
        let mut put =
            |at: usize, text: &str| header[at..][..text.len()].copy_from_slice(text.as_bytes());
        put(0, path);
        put(100, "0000644");
        put(124, &format!("{:011o}", content.len()));
        put(136, "00000000000");
        put(148, "        ");
        put(156, "0");
        put(257, "ustar");
        put(263, "00");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        archive.extend(header);
        archive.extend(*content);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

/// All that is in it.
fn content(source: impl Read + Send + 'static) -> io::Result<Vec<(String, String)>> {
    let mut archive = Archive::open(source).map_err(io::Error::other)?;
    let mut found = Vec::new();
    while let Some(mut entry) = archive.next_entry().map_err(io::Error::other)? {
        let path = entry.path().unwrap().to_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text)?;
        assert_eq!(text.len() as u64, entry.size());
        found.push((path, text));
    }
    Ok(found)
}

/// Gives so many bytes at a time, and lets others run before each.
struct Slow<R>(R, usize);

impl<R: Read> Read for Slow<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        yield_now();
        let length = buffer.len().min(self.1);
        self.0.read(&mut buffer[..length])
    }
}

#[cgocall::test]
fn what_is_in_an_archive_comes_in_order() {
    let long = "long ".repeat(10_000);
    let tar = tar(&[
        ("a.txt", b"first"),
        ("empty", b""),
        ("dir/long", long.as_bytes()),
    ]);
    let found = content(io::Cursor::new(tar.clone())).unwrap();
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(path, text)| (&**path, &**text))
        .collect();
    assert_eq!(
        found,
        [("a.txt", "first"), ("empty", ""), ("dir/long", &*long)]
    );

    let mut archive = Archive::open(io::Cursor::new(tar)).unwrap();
    let mut paths = Vec::new();
    while let Some(mut entry) = archive.next_entry().unwrap() {
        paths.extend(entry.path().map(str::to_owned));
    }
    assert_eq!(
        paths,
        ["a.txt", "empty", "dir/long"],
        "nothing has to be read"
    );
}

#[cgocall::test]
fn what_is_no_archive_is_an_error_of_the_library() {
    let error = Archive::open(&b"no archive at all"[..]).err().unwrap();
    assert_eq!(error.to_string(), "Unrecognized archive format");

    let mut cut = tar(&[("cut", &[b'x'; 4000])]);
    cut.truncate(3000);
    let error = content(io::Cursor::new(cut)).unwrap_err();
    let error = error
        .get_ref()
        .unwrap()
        .downcast_ref::<ArchiveError>()
        .unwrap();
    assert_eq!(error.to_string(), "Truncated tar archive");
}

#[cgocall::test]
fn a_source_that_fails_says_why() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("100% broken"))
        }
    }
    let error = Archive::open(Broken).err().unwrap();
    assert_eq!(error.to_string(), "100% broken");
    let archive = tar(&[("half", &[b'x'; 40_000])]);
    let error = content(io::Cursor::new(archive).take(20_000).chain(Broken)).unwrap_err();
    assert_eq!(error.to_string(), "100% broken");
}

/// A `Read` may say anything: what is behind the block is nobody's.
#[cgocall::test]
fn a_source_that_says_too_much_is_cut() {
    struct Lies(bool);
    impl Read for Lies {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if std::mem::replace(&mut self.0, false) {
                let archive = tar(&[("a", &[b'x'; 40_000])]);
                (&archive[..]).read(buffer)?;
                return Ok(buffer.len() + 40_000);
            }
            Ok(0)
        }
    }
    let error = content(Lies(true)).unwrap_err();
    assert_eq!(error.to_string(), "Truncated tar archive");
}

#[cgocall::test]
fn a_source_may_panic() {
    struct Panics(bool);
    impl Read for Panics {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                panic!("no more");
            }
            let archive = tar(&[("a", &[b'x'; 20_000])]);
            (&archive[..]).read(buffer)
        }
    }
    let panic = catch_unwind(|| Archive::open(Panics(true))).err().unwrap();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"no more"));
    let mut archive = Archive::open(Panics(false)).unwrap();
    let mut entry = archive.next_entry().unwrap().unwrap();
    let reading = || entry.read_to_end(&mut Vec::new());
    let panic = catch_unwind(AssertUnwindSafe(reading)).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"no more"));
}

#[cgocall::test]
fn goroutines_read_their_own_and_may_park_in_between() {
    let jobs: Vec<_> = (1..50_usize)
        .map(|n| {
            go(move || {
                let text = n.to_string().repeat(500);
                let archive = tar(&[("n", text.as_bytes())]);
                assert_eq!(
                    content(Slow(io::Cursor::new(archive), 64 * n)).unwrap()[0].1,
                    text
                );
            })
        })
        .collect();
    for job in jobs {
        job.join().unwrap();
    }
}

#[cgocall::test]
fn it_may_be_read_on_another_thread_than_it_was_opened_on() {
    let mut archive = Archive::open(io::Cursor::new(tar(&[("a", b"first")]))).unwrap();
    let path = std::thread::spawn(move || {
        archive
            .next_entry()
            .unwrap()
            .unwrap()
            .path()
            .map(str::to_owned)
    });
    assert_eq!(path.join().unwrap().as_deref(), Some("a"));
}
