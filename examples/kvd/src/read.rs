//! The commands that read. One that has much to do does it in turns: between them others go on, and what it has found so
//! far may be changed by then.

use crate::failure::Failure;
use crate::glob;
use crate::reader::{Item, Reader};
use crate::reply;
use crate::resp::{Args, integer};
use std::ops::ControlFlow::{self, Break, Continue};

/// So many keys are looked at in a turn, and so many bytes copied.
const KEYS: usize = 1000;
const BYTES: usize = 1 << 20;

/// How far a command has come.
#[derive(Default)]
pub struct Progress {
    /// The next argument, or `KEYS`'s cursor.
    at: i64,
    /// What it has found.
    count: i64,
}

/// Whether a command is done.
type Turn = Result<ControlFlow<()>, Failure>;

/// A turn of a command of [`Kind::Read`](crate::command::Kind::Read), whose number of arguments is right. Its reply begins
/// at `start` of `out`.
pub fn read(
    name: &str,
    args: Args<'_>,
    reader: &mut Reader,
    now: i64,
    progress: &mut Progress,
    (out, start): (&mut Vec<u8>, usize),
) -> Turn {
    match name {
        "get" => value(reader.get(args.at(1), now)?, out),
        "mget" => return mget(args, reader, now, progress, out),
        "exists" => return exists(args, reader, now, progress, out),
        "ttl" => ttl(args, reader, now, 1000, out)?,
        "pttl" => ttl(args, reader, now, 1, out)?,
        "type" => {
            let found = reader.get(args.at(1), now)?.is_some();
            reply::simple(out, if found { "string" } else { "none" });
        }
        "scan" => scan(args, reader, now, out)?,
        "keys" => return keys(args, reader, now, progress, (out, start)),
        _ => unreachable!("{name} is no command that reads"),
    }
    Ok(Break(()))
}

fn value(item: Option<Item<'_>>, out: &mut Vec<u8>) {
    match item {
        Some(item) => reply::bulk(out, item.value()),
        None => reply::nil(out),
    }
}

fn mget(
    args: Args<'_>,
    reader: &mut Reader,
    now: i64,
    progress: &mut Progress,
    out: &mut Vec<u8>,
) -> Turn {
    if progress.at == 0 {
        reply::array(out, args.count() - 1);
        progress.at = 1;
    }
    let before = out.len();
    for key in args.from(progress.at as usize).take(KEYS) {
        if out.len() - before > BYTES {
            break;
        }
        value(reader.get(key, now)?, out);
        progress.at += 1;
    }
    Ok(match progress.at as usize == args.count() {
        true => Break(()),
        false => Continue(()),
    })
}

fn exists(
    args: Args<'_>,
    reader: &mut Reader,
    now: i64,
    progress: &mut Progress,
    out: &mut Vec<u8>,
) -> Turn {
    progress.at = progress.at.max(1);
    for key in args.from(progress.at as usize).take(KEYS) {
        progress.count += i64::from(reader.get(key, now)?.is_some());
        progress.at += 1;
    }
    if (progress.at as usize) < args.count() {
        return Ok(Continue(()));
    }
    reply::integer(out, progress.count);
    Ok(Break(()))
}

fn ttl(
    args: Args<'_>,
    reader: &mut Reader,
    now: i64,
    unit: i64,
    out: &mut Vec<u8>,
) -> Result<(), Failure> {
    let item = reader.get(args.at(1), now)?;
    let expires = item.map(|item| item.expires());
    reply::integer(
        out,
        match expires {
            None => -2,
            Some(None) => -1,
            Some(Some(expires)) => (expires - now + unit / 2) / unit,
        },
    );
    Ok(())
}

fn scan(args: Args<'_>, reader: &mut Reader, now: i64, out: &mut Vec<u8>) -> Result<(), Failure> {
    let cursor = str::from_utf8(args.at(1)).ok();
    let cursor = cursor.and_then(|cursor| cursor.parse::<u64>().ok());
    let cursor = cursor.ok_or_else(|| Failure::said("ERR invalid cursor"))?;
    let (mut pattern, mut count, mut strings) = (None, 10, true);
    let mut options = args.from(2);
    while let Some(option) = options.next() {
        let value = options.next().ok_or_else(Failure::syntax)?;
        match &option.to_ascii_lowercase()[..] {
            b"match" => pattern = Some(value),
            b"count" => {
                let given = integer(value).ok_or_else(Failure::not_an_integer)?;
                let given = usize::try_from(given).ok().filter(|&count| count > 0);
                count = given.ok_or_else(Failure::syntax)?;
            }
            b"type" => strings = value.eq_ignore_ascii_case(b"string"),
            _ => return Err(Failure::syntax()),
        }
    }
    let (mut found, mut keys) = (0, Vec::new());
    let next = match i64::try_from(cursor) {
        Err(_) => None, // beyond all there are
        Ok(cursor) => reader.scan(cursor, count.min(KEYS), now, |key| {
            if strings && pattern.is_none_or(|pattern| glob::matches(pattern, key)) {
                found += 1;
                reply::bulk(&mut keys, key);
            }
        })?,
    };
    reply::array(out, 2);
    reply::bulk(out, next.unwrap_or(0).to_string().as_bytes());
    reply::array(out, found);
    out.extend_from_slice(&keys);
    Ok(())
}

fn keys(
    args: Args<'_>,
    reader: &mut Reader,
    now: i64,
    progress: &mut Progress,
    (out, start): (&mut Vec<u8>, usize),
) -> Turn {
    let pattern = args.at(1);
    let next = reader.scan(progress.at, KEYS, now, |key| {
        if glob::matches(pattern, key) {
            progress.count += 1;
            reply::bulk(out, key);
        }
    })?;
    if let Some(next) = next {
        progress.at = next;
        return Ok(Continue(()));
    }
    let mut header = Vec::new();
    reply::array(&mut header, progress.count as usize);
    out.splice(start..start, header);
    Ok(Break(()))
}
