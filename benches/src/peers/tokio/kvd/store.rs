//! The store, which is kvd's: one SQLite database in WAL mode. One thread writes, whatever was asked for meanwhile in one
//! transaction; others read what has been committed.

use super::batch::{Batch, Command, command};
use kvd::place::Places;
use kvd::reply;
use kvd::resp::{Args, integer};
use rusqlite::{Connection, Result, params};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{io, thread};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::spawn_blocking;

/// As kvd has them: of each who reads and of the one who writes, in KiB; and how many jobs are one transaction.
const READER_CACHE: u32 = 2 << 10;
const WRITER_CACHE: u32 = 16 << 10;
const JOBS: usize = 4096;

const FIND: &str = "SELECT expires, key, value FROM item WHERE id BETWEEN ?1 AND ?2";
const PLACE: &str =
    "SELECT id, expires, key, value FROM item WHERE id BETWEEN ?1 AND ?2 ORDER BY id";
const PUT: &str = "REPLACE INTO item (id, expires, key, value) VALUES (?1, ?2, ?3, ?4)";

/// So many read at once for each core: what the pools of connections that there are for tokio have by default.
const READERS: usize = 4;

/// Where reads are done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// On a thread where they may block.
    Offloaded,
    /// Where the task runs.
    Inline,
}

pub struct Store {
    path: PathBuf,
    places: Places,
    reads: Reads,
    /// Who reads takes one, or opens one. So many may, where reads are offloaded.
    readers: Mutex<Vec<Connection>>,
    may_read: Semaphore,
    jobs: mpsc::UnboundedSender<Job>,
}

/// What a connection wants written, and the way back to it.
struct Job {
    batch: Batch,
    requests: Range<usize>,
    back: oneshot::Sender<Batch>,
}

impl Store {
    pub fn open(folder: &Path, reads: Reads) -> Result<Arc<Store>> {
        let path = folder.join("kvd.db");
        let db = open(&path, WRITER_CACHE)?;
        for sql in kvd::SCHEMA {
            db.execute_batch(sql)?;
        }
        let seed = |name| {
            let sql = "SELECT value FROM meta WHERE name = ?1";
            db.query_row(sql, [name], |row| row.get::<_, i64>(0))
        };
        let places = Places::new(
            seed("seed")?.cast_unsigned(),
            seed("seed2")?.cast_unsigned(),
        );
        let (jobs, receiver) = mpsc::unbounded_channel(); // a connection has one job at a time
        thread::spawn(move || write(&db, places, receiver));
        Ok(Arc::new(Store {
            path,
            places,
            reads,
            readers: Mutex::default(),
            may_read: Semaphore::new(
                READERS * thread::available_parallelism().map_or(1, usize::from),
            ),
            jobs,
        }))
    }

    /// Runs commands that read.
    pub async fn read(
        self: &Arc<Store>,
        batch: Batch,
        requests: Range<usize>,
    ) -> io::Result<Batch> {
        match self.reads {
            Reads::Inline => Ok(self.read_here(batch, requests)),
            Reads::Offloaded => {
                let _permit = self.may_read.acquire().await.map_err(io::Error::other)?;
                let store = Arc::clone(self);
                let read = move || store.read_here(batch, requests);
                Ok(spawn_blocking(read).await?)
            }
        }
    }

    fn read_here(&self, mut batch: Batch, requests: Range<usize>) -> Batch {
        let start = batch.out.len();
        if let Err(error) = self.try_read(&mut batch, requests.clone()) {
            fail(&mut batch.out, start, requests.len(), &error);
        }
        batch
    }

    fn try_read(&self, batch: &mut Batch, requests: Range<usize>) -> Result<()> {
        let idle = self.readers.lock().unwrap().pop();
        let reader = idle.map_or_else(|| open(&self.path, READER_CACHE), Ok)?;
        // Several at once are of one moment, and cost less.
        let several = requests.len() > 1;
        if several {
            reader.prepare_cached("BEGIN")?.execute([])?;
        }
        for at in requests {
            let (args, out) = batch.request(at);
            self.read_one(&reader, args, out)?;
        }
        if several {
            reader.prepare_cached("COMMIT")?.execute([])?;
        }
        self.readers.lock().unwrap().push(reader);
        Ok(())
    }

    fn read_one(&self, reader: &Connection, args: Args<'_>, out: &mut Vec<u8>) -> Result<()> {
        if command(args) == Some(Command::Mget) {
            reply::array(out, args.count() - 1);
        }
        for key in args.from(1) {
            self.get(reader, key, out)?;
        }
        Ok(())
    }

    fn get(&self, reader: &Connection, key: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let rows = self.places.of(key);
        let mut find = reader.prepare_cached(FIND)?;
        let mut found = find.query((*rows.start(), *rows.end()))?;
        while let Some(row) = found.next()? {
            if row.get_ref(1)?.as_blob()? == key {
                match is_live(row.get(0)?) {
                    true => reply::bulk(out, row.get_ref(2)?.as_blob()?),
                    false => reply::nil(out),
                }
                return Ok(());
            }
        }
        reply::nil(out);
        Ok(())
    }

    /// Has commands written. It is back when they are on the disk.
    pub async fn write(&self, batch: Batch, requests: Range<usize>) -> io::Result<Batch> {
        let (back, written) = oneshot::channel();
        let job = Job {
            batch,
            requests,
            back,
        };
        let gone = || io::Error::other("who writes has gone");
        self.jobs.send(job).map_err(|_| gone())?;
        written.await.map_err(|_| gone())
    }
}

/// Whatever the connections want to write while one transaction goes to the disk is the next one.
fn write(db: &Connection, places: Places, mut jobs: mpsc::UnboundedReceiver<Job>) {
    let mut taken = Vec::new();
    while jobs.blocking_recv_many(&mut taken, JOBS) > 0 {
        let starts: Vec<_> = taken.iter().map(|job| job.batch.out.len()).collect();
        if transaction(db, places, &mut taken).is_err() {
            // Each in one of its own, so that the one that cannot be done is alone in it.
            for (job, start) in taken.iter_mut().zip(starts) {
                job.batch.out.truncate(start);
                if let Err(error) = transaction(db, places, std::slice::from_mut(job)) {
                    fail(&mut job.batch.out, start, job.requests.len(), &error);
                }
            }
        }
        for job in taken.drain(..) {
            // Who was cancelled meanwhile does not want it back.
            let _ = job.back.send(job.batch);
        }
    }
}

fn transaction(db: &Connection, places: Places, jobs: &mut [Job]) -> Result<()> {
    db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let done = write_all(db, places, jobs);
    if done.is_err() && !db.is_autocommit() {
        db.execute_batch("ROLLBACK")?;
    }
    done
}

fn write_all(db: &Connection, places: Places, jobs: &mut [Job]) -> Result<()> {
    for Job {
        batch, requests, ..
    } in jobs
    {
        for at in requests.clone() {
            let (args, out) = batch.request(at);
            write_one(db, places, args, out)?;
        }
    }
    db.prepare_cached("COMMIT")?.execute([]).map(drop)
}

fn write_one(db: &Connection, places: Places, args: Args<'_>, out: &mut Vec<u8>) -> Result<()> {
    let key = args.at(1);
    if command(args) == Some(Command::Set) {
        let (id, _) = place(db, places, key, false)?;
        db.prepare_cached(PUT)?
            .execute(params![id, None::<i64>, key, args.at(2)])?;
        reply::simple(out, "OK");
        return Ok(());
    }
    let (id, before) = place(db, places, key, true)?;
    let (before, expires) = before.unwrap_or((b"0".to_vec(), None));
    match integer(&before).map(|number| number.checked_add(1)) {
        Some(Some(sum)) => {
            let value = sum.to_string();
            db.prepare_cached(PUT)?
                .execute(params![id, expires, key, value.as_bytes()])?;
            reply::integer(out, sum);
        }
        Some(None) => reply::error(out, "ERR increment or decrement would overflow"),
        None => reply::error(out, "ERR value is not an integer or out of range"),
    }
    Ok(())
}

type Live = (Vec<u8>, Option<i64>);

/// Where a key is, or could be, and, if it is asked for, its value and when it expires.
fn place(db: &Connection, places: Places, key: &[u8], value: bool) -> Result<(i64, Option<Live>)> {
    let rows = places.of(key);
    let mut find = db.prepare_cached(PLACE)?;
    let mut found = find.query((*rows.start(), *rows.end()))?;
    let mut free = *rows.start();
    while let Some(row) = found.next()? {
        let id: i64 = row.get(0)?;
        if row.get_ref(2)?.as_blob()? == key {
            let expires = row.get(1)?;
            if !value || !is_live(expires) {
                return Ok((id, None));
            }
            return Ok((id, Some((row.get_ref(3)?.as_blob()?.to_vec(), expires))));
        }
        free += i64::from(id == free);
    }
    match rows.contains(&free) {
        true => Ok((free, None)),
        false => Err(rusqlite::Error::QueryReturnedMoreThanOneRow), // 256 other keys have this key's hash
    }
}

/// Whether what expires then is there now.
fn is_live(expires: Option<i64>) -> bool {
    let now = || SystemTime::now().duration_since(UNIX_EPOCH);
    expires.is_none_or(|expires| expires > now().map_or(0, |now| now.as_millis() as i64))
}

fn fail(out: &mut Vec<u8>, start: usize, requests: usize, error: &rusqlite::Error) {
    out.truncate(start);
    for _ in 0..requests {
        reply::error(out, &format!("ERR the store failed: {error}"));
    }
}

fn open(path: &Path, cache: u32) -> Result<Connection> {
    let db = Connection::open(path)?;
    db.busy_timeout(Duration::from_secs(10))?;
    db.execute_batch(&format!("PRAGMA cache_size = -{cache}"))?;
    Ok(db)
}
