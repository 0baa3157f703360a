//! kvd's protocol and store as tokio's users would have them: a task for each connection, SQLite through rusqlite on a
//! thread where it may block, and a thread of its own for who writes.

mod batch;
mod store;

use crate::server::{self, Served};
use batch::{Batch, Kind};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use store::{Reads, Store};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::{io::AsyncReadExt, io::AsyncWriteExt, time::sleep};

/// Reads are given to `spawn_blocking`.
pub fn main() -> Served {
    serve(Reads::Offloaded)
}

/// Reads are done where the task runs, and whoever is on that worker waits meanwhile.
pub fn inline() -> Served {
    serve(Reads::Inline)
}

#[tokio::main]
async fn serve(reads: Reads) -> Served {
    server::raise_connections().map_err(|error| error.to_string())?;
    let store = Store::open(&server::folder()?, reads).map_err(|error| error.to_string())?;
    let listener = listen().map_err(|error| format!("cannot listen: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("kvd: ready to accept connections on {address}");
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let store = Arc::clone(&store);
                // A client that goes away without a word does what it may.
                tokio::spawn(async move { connection(stream, store).await });
            }
            // The client has gone already; or there are no more files, until somebody else goes.
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
    }
}

fn listen() -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    socket.listen(server::BACKLOG)
}

async fn connection(mut stream: TcpStream, store: Arc<Store>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut batch = Batch::default();
    loop {
        let parsed = batch.parse();
        while let Some((kind, requests)) = batch.next() {
            match kind {
                Kind::Plain => batch.answer(requests),
                Kind::Read => batch = store.read(batch, requests).await?,
                Kind::Write => batch = store.write(batch, requests).await?,
            }
        }
        if let Err(wrong) = &parsed {
            batch.refuse(wrong);
        }
        stream.write_all(&batch.out).await?;
        let more = batch.forget();
        if parsed.is_err() {
            return Ok(());
        }
        if !more && stream.read_buf(batch.room()).await? == 0 {
            return Ok(());
        }
    }
}
