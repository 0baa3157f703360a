//! A file, read and judged: text to index, or a reason to skip it.

use crate::deflate;
use crate::store::{Known, Stamp, State};
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Larger files are skipped: they are data, and memory is bounded.
pub const LARGEST: u64 = 32 << 20;

/// A file younger than this may change once more without a new time.
const FRESH: i64 = 2_000_000_000;

/// What was read.
#[derive(Debug)]
pub enum Source {
    /// A text to index.
    Text(Text),
    /// A file that is not indexed.
    Skipped(State, Stamp),
    /// The same as the database knows, whatever its time says.
    Same(Known, Stamp),
    /// No file any more.
    Gone,
}

/// A text to index.
#[derive(Debug)]
pub struct Text {
    /// From before it was read.
    pub stamp: Stamp,
    /// Its CRC-32.
    pub crc: u32,
    /// The text.
    pub content: String,
    /// The text, compressed.
    pub packed: Vec<u8>,
}

impl Stamp {
    /// Of a file that said nothing about itself.
    const NONE: Stamp = Stamp {
        size: 0,
        mtime: None,
    };

    /// What the system says about a file.
    pub fn of(metadata: &Metadata) -> Stamp {
        let mtime = metadata.mtime().saturating_mul(1_000_000_000);
        Stamp {
            size: metadata.size(),
            mtime: Some(mtime.saturating_add(metadata.mtime_nsec())),
        }
    }

    /// Without a time that cannot be relied on: systems tell it in ticks, and a file that was read may be written once
    /// more within the same tick. Without a time it is read again in the next run.
    fn settled(self) -> Stamp {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |since| since.as_nanos() as i64);
        Stamp {
            mtime: self.mtime.filter(|mtime| *mtime < now - FRESH),
            ..self
        }
    }
}

/// Reads the file at `path`, of which the database may know an earlier state.
pub fn read(path: &Path, known: Option<Known>) -> Source {
    let source = match load(path) {
        Ok((bytes, stamp)) => judge(bytes, stamp, known),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Source::Gone,
        Err(_) => Source::Skipped(State::Unreadable, Stamp::NONE),
    };
    match (source, known) {
        (Source::Skipped(state, stamp), Some(known))
            if state == known.state && stamp.size == known.stamp.size =>
        {
            Source::Same(known, stamp)
        }
        (source, _) => source,
    }
}

/// The content, `None` if it is too much, and the stamp from before it was read: if it changes meanwhile, the next run
/// sees another time.
fn load(path: &Path) -> io::Result<(Option<Vec<u8>>, Stamp)> {
    let file = File::open(path)?;
    let stamp = Stamp::of(&file.metadata()?).settled();
    if stamp.size > LARGEST {
        return Ok((None, stamp));
    }
    let mut bytes = Vec::with_capacity(stamp.size as usize + 1);
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(((bytes.len() as u64 <= LARGEST).then_some(bytes), stamp))
}

fn judge(bytes: Option<Vec<u8>>, mut stamp: Stamp, known: Option<Known>) -> Source {
    let Some(bytes) = bytes else {
        return Source::Skipped(State::TooLarge, stamp);
    };
    stamp.size = bytes.len() as u64;
    if bytes.contains(&0) {
        return Source::Skipped(State::Binary, stamp);
    }
    let Ok(content) = String::from_utf8(bytes) else {
        return Source::Skipped(State::NotUtf8, stamp);
    };
    let crc = deflate::checksum(content.as_bytes());
    if let Some(known) = known
        && (known.state, known.stamp.size, known.crc) == (State::Text, stamp.size, crc)
    {
        return Source::Same(known, stamp);
    }
    let packed = deflate::compress(content.as_bytes());
    Source::Text(Text {
        stamp,
        crc,
        content,
        packed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(bytes: &[u8]) -> State {
        match judge(Some(bytes.to_vec()), Stamp::NONE, None) {
            Source::Text(_) => State::Text,
            Source::Skipped(state, _) => state,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_file_is_judged_by_its_bytes() {
        assert_eq!(state(b""), State::Text);
        assert_eq!(state("größe = 1;\r\n".as_bytes()), State::Text);
        assert_eq!(state(b"\x7fELF\0\0"), State::Binary);
        assert_eq!(state(b"gr\xf6\xdfe"), State::NotUtf8);
        assert_eq!(state(b"\xff\xfeh\0i\0"), State::Binary, "UTF-16");
    }

    #[test]
    fn a_file_with_the_same_content_is_the_same() {
        let stamp = Stamp {
            size: 2,
            mtime: Some(1),
        };
        let known = Known {
            id: 1,
            state: State::Text,
            stamp,
            crc: deflate::checksum(b"ab"),
        };
        let judge = |bytes: &[u8]| judge(Some(bytes.to_vec()), stamp, Some(known));
        assert!(matches!(judge(b"ab"), Source::Same(..)));
        assert!(matches!(judge(b"ba"), Source::Text(_)));
    }

    #[test]
    fn a_fresh_time_is_not_relied_on() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let stamp = |age: i64| Stamp {
            size: 0,
            mtime: Some(now.as_nanos() as i64 - age),
        };
        assert_eq!(stamp(0).settled().mtime, None);
        assert_eq!(stamp(-5 * FRESH).settled().mtime, None, "from the future");
        assert_eq!(stamp(5 * FRESH).settled(), stamp(5 * FRESH));
    }
}
