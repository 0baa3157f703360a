//! The commands that change something. They run in the writer's transaction, whose end makes their replies true.

use crate::failure::Failure;
use crate::reply;
use crate::resp::{Args, integer};
use crate::store::Store;
use crate::writer::Writer;

type Done = Result<(), Failure>;

/// Runs a command of [`Kind::Write`](crate::command::Kind::Write), whose number of arguments is right.
pub fn write(
    name: &str,
    args: Args<'_>,
    store: &Store,
    writer: &mut Writer,
    now: i64,
    out: &mut Vec<u8>,
) -> Done {
    match name {
        "set" => set(args, writer, now, out),
        "mset" => mset(args, writer, out),
        "del" | "unlink" => del(args, writer, now, out),
        "incr" => add(args.at(1), 1, writer, now, out),
        "decr" => add(args.at(1), -1, writer, now, out),
        "incrby" => add(args.at(1), number(args.at(2))?, writer, now, out),
        "decrby" => {
            let by = number(args.at(2))?;
            let by = by.checked_neg();
            let by = by.ok_or_else(|| Failure::said("ERR decrement would overflow"))?;
            add(args.at(1), by, writer, now, out)
        }
        "expire" => expire(args, 1000, "expire", writer, now, out),
        "pexpire" => expire(args, 1, "pexpire", writer, now, out),
        "persist" => persist(args, writer, now, out),
        "flushdb" | "flushall" => flush(args, store, writer, out),
        _ => unreachable!("{name} is no command that writes"),
    }
}

fn number(text: &[u8]) -> Result<i64, Failure> {
    integer(text).ok_or_else(Failure::not_an_integer)
}

/// When something expires that does in `time` units of so many milliseconds.
fn deadline(time: i64, unit: i64, from: i64, command: &str) -> Result<i64, Failure> {
    let at = time
        .checked_mul(unit)
        .and_then(|time| time.checked_add(from));
    at.ok_or_else(|| Failure::said(format!("ERR invalid expire time in '{command}' command")))
}

fn set(args: Args<'_>, writer: &mut Writer, now: i64, out: &mut Vec<u8>) -> Done {
    let (key, value) = (args.at(1), args.at(2));
    let (mut expires, mut must_be, mut keep, mut get) = (None, None, false, false);
    let mut options = args.from(3);
    while let Some(option) = options.next() {
        let time = match &option.to_ascii_lowercase()[..] {
            b"nx" if must_be != Some(true) => {
                must_be = Some(false);
                continue;
            }
            b"xx" if must_be != Some(false) => {
                must_be = Some(true);
                continue;
            }
            b"keepttl" if expires.is_none() => {
                keep = true;
                continue;
            }
            b"get" => {
                get = true;
                continue;
            }
            b"ex" => (1000, now),
            b"px" => (1, now),
            b"exat" => (1000, 0),
            b"pxat" => (1, 0),
            _ => return Err(Failure::syntax()),
        };
        let (unit, from) = time;
        let (None, false, Some(given)) = (expires, keep, options.next()) else {
            return Err(Failure::syntax());
        };
        let given = number(given)?;
        if given <= 0 {
            return Err(Failure::said("ERR invalid expire time in 'set' command"));
        }
        expires = Some(deadline(given, unit, from, "set")?);
    }
    let before = match get {
        true => writer.get(key, now)?,
        false if must_be.is_some() || keep => {
            let expiry = writer.expiry(key, now)?;
            expiry.map(|expires| (Vec::new(), expires))
        }
        false => None,
    };
    let goes = must_be.is_none_or(|must_be| must_be == before.is_some());
    if goes {
        if keep {
            expires = before.as_ref().and_then(|(_, expires)| *expires);
        }
        writer.put(key, value, expires)?;
    }
    match before {
        Some((value, _)) if get => reply::bulk(out, &value),
        _ if get || !goes => reply::nil(out),
        _ => reply::simple(out, "OK"),
    }
    Ok(())
}

fn mset(args: Args<'_>, writer: &mut Writer, out: &mut Vec<u8>) -> Done {
    if args.count().is_multiple_of(2) {
        return Err(Failure::arity("mset"));
    }
    let mut rest = args.from(1);
    while let (Some(key), Some(value)) = (rest.next(), rest.next()) {
        writer.put(key, value, None)?;
    }
    reply::simple(out, "OK");
    Ok(())
}

fn del(args: Args<'_>, writer: &mut Writer, now: i64, out: &mut Vec<u8>) -> Done {
    let mut removed = 0;
    for key in args.from(1) {
        removed += i64::from(writer.remove(key, now)?);
    }
    reply::integer(out, removed);
    Ok(())
}

fn add(key: &[u8], by: i64, writer: &mut Writer, now: i64, out: &mut Vec<u8>) -> Done {
    let (before, expires) = match writer.get(key, now)? {
        Some((value, expires)) => (number(&value)?, expires),
        None => (0, None),
    };
    let sum = before.checked_add(by);
    let sum = sum.ok_or_else(|| Failure::said("ERR increment or decrement would overflow"))?;
    writer.put(key, sum.to_string().as_bytes(), expires)?;
    reply::integer(out, sum);
    Ok(())
}

fn expire(
    args: Args<'_>,
    unit: i64,
    name: &str,
    writer: &mut Writer,
    now: i64,
    out: &mut Vec<u8>,
) -> Done {
    let key = args.at(1);
    let expires = deadline(number(args.at(2))?, unit, now, name)?;
    let (mut must_have, mut greater, mut less) = (None, false, false);
    for option in args.from(3) {
        match &option.to_ascii_lowercase()[..] {
            b"nx" => must_have = Some(false),
            b"xx" => must_have = Some(true),
            b"gt" => greater = true,
            b"lt" => less = true,
            other => {
                let option = other.escape_ascii();
                return Err(Failure::said(format!("ERR Unsupported option {option}")));
            }
        }
    }
    if must_have == Some(false) && (greater || less || args.count() > 4) || greater && less {
        return Err(Failure::said(
            "ERR NX and XX, GT or LT options at the same time are not compatible",
        ));
    }
    let goes = match writer.expiry(key, now)? {
        None => false,
        Some(before) => {
            let never = i64::MAX;
            must_have.is_none_or(|must_have| must_have == before.is_some())
                && (!greater || expires > before.unwrap_or(never))
                && (!less || expires < before.unwrap_or(never))
        }
    };
    if goes && expires <= now {
        writer.remove(key, now)?;
    } else if goes {
        writer.set_expiry(key, Some(expires))?;
    }
    reply::integer(out, i64::from(goes));
    Ok(())
}

fn persist(args: Args<'_>, writer: &mut Writer, now: i64, out: &mut Vec<u8>) -> Done {
    let key = args.at(1);
    let goes = matches!(writer.expiry(key, now)?, Some(Some(_)));
    if goes {
        writer.set_expiry(key, None)?;
    }
    reply::integer(out, i64::from(goes));
    Ok(())
}

fn flush(args: Args<'_>, store: &Store, writer: &mut Writer, out: &mut Vec<u8>) -> Done {
    let fine = match args.count() {
        1 => true,
        2 => [&b"sync"[..], b"async"].contains(&&args.at(1).to_ascii_lowercase()[..]),
        _ => false,
    };
    if !fine {
        return Err(Failure::syntax());
    }
    writer.clear(store)?;
    reply::simple(out, "OK");
    Ok(())
}
