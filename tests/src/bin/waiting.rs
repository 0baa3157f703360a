//! Timers, timeouts, locks and sockets: a goroutine that waits for one leaves its thread to its mates.

use async_io::{Async, Timer};
use cgocall::{JoinHandle, Wait, go, yield_now};
use cgocall_tests::{call_back, call_back_reentrant, procs, threads};
use futures_lite::future::or;
use futures_lite::{AsyncReadExt, AsyncWriteExt};
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

#[cgocall::main]
fn main() {
    mates_run_while_a_goroutine_sleeps();
    mates_run_while_a_callback_sleeps();
    a_lock_is_held_across_parks();
    connections_are_served_side_by_side().unwrap();
    timeouts_that_lose_and_win();
    // Beside the Ps': one whose C side the callback held, async-io's, and what the runtime has that runs no goroutines.
    let threads = threads();
    assert!(threads <= procs() + 4, "{threads} threads");
}

fn sleep(millis: u64) {
    Timer::after(Duration::from_millis(millis)).wait();
}

/// Sleeps until somebody has ticked meanwhile. With one P it must have been on the sleeper's own thread.
fn sleep_until_ticked(ticks: &AtomicU64) {
    let before = ticks.load(SeqCst);
    while ticks.load(SeqCst) == before {
        sleep(1);
    }
}

fn tick_while<T>(sleepers: &[JoinHandle<T>], ticks: &AtomicU64) {
    while sleepers.iter().any(|sleeper| !sleeper.is_finished()) {
        ticks.fetch_add(1, SeqCst);
        yield_now();
    }
}

fn mates_run_while_a_goroutine_sleeps() {
    static TICKS: AtomicU64 = AtomicU64::new(0);
    let sleepers: Vec<_> = (0..100)
        .map(|_| go(|| sleep_until_ticked(&TICKS)))
        .collect();
    tick_while(&sleepers, &TICKS);
}

fn mates_run_while_a_callback_sleeps() {
    static TICKS: AtomicU64 = AtomicU64::new(0);
    for call in [call_back, call_back_reentrant] as [fn(i64, fn(i64) -> i64) -> i64; 2] {
        let sleeper = go(move || {
            call(7, |n| {
                sleep_until_ticked(&TICKS);
                n
            })
        });
        tick_while(std::slice::from_ref(&sleeper), &TICKS);
        assert_eq!(sleeper.join().unwrap(), 7);
    }
}

/// A guard of async-lock's is no thread's: it may be held while the goroutine parks, and its mates wait for it.
fn a_lock_is_held_across_parks() {
    let count = Arc::new(async_lock::Mutex::new(0));
    let goroutines: Vec<_> = (0..100)
        .map(|n| {
            let count = Arc::clone(&count);
            go(move || {
                for _ in 0..10 {
                    let mut count = count.lock().wait();
                    let before = *count;
                    match n % 3 {
                        0 => yield_now(),
                        1 => _ = go(yield_now).join(),
                        _ => _ = Timer::after(Duration::from_micros(10)).wait(),
                    }
                    *count = before + 1;
                }
            })
        })
        .collect();
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
    assert_eq!(*count.lock().wait(), 1000);
}

fn connections_are_served_side_by_side() -> io::Result<()> {
    const CLIENTS: u8 = 16;
    let listener = Async::<TcpListener>::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let address = listener.get_ref().local_addr()?;
    let server = go(move || -> io::Result<()> {
        let connections = (0..CLIENTS).map(|_| {
            let (stream, _) = listener.accept().wait()?;
            Ok(go(move || echo(stream)))
        });
        for connection in connections.collect::<io::Result<Vec<_>>>()? {
            connection.join().unwrap()?;
        }
        Ok(())
    });
    let clients: Vec<_> = (0..CLIENTS)
        .map(|n| go(move || client(address, n)))
        .collect();
    for client in clients {
        client.join().unwrap()?;
    }
    server.join().unwrap()
}

fn echo(mut stream: Async<TcpStream>) -> io::Result<()> {
    let mut bytes = [0; 100];
    loop {
        let length = stream.read(&mut bytes).wait()?;
        if length == 0 {
            return Ok(());
        }
        stream.write_all(&bytes[..length]).wait()?;
    }
}

fn client(address: SocketAddr, n: u8) -> io::Result<()> {
    let mut stream = Async::<TcpStream>::connect(address).wait()?;
    let mut back = [0; 1000];
    for round in 0..20 {
        let sent = [n.wrapping_mul(round); 1000];
        stream.write_all(&sent).wait()?;
        stream.read_exact(&mut back).wait()?;
        assert_eq!(back, sent);
    }
    Ok(())
}

/// A message races a timer. Whoever loses, the message is received once, by the first wait or by the second.
fn timeouts_that_lose_and_win() {
    let goroutines: Vec<_> = (0..64)
        .map(|n| {
            go(move || {
                for round in 0..20 {
                    let (tx, rx) = async_channel::bounded::<u64>(1);
                    let delay = Duration::from_micros((n + round) % 5 * 50);
                    let sender = go(move || {
                        Timer::after(delay).wait();
                        tx.send(round).wait().unwrap();
                    });
                    let received = async { rx.recv().await.ok() };
                    let timeout = async {
                        Timer::after(Duration::from_micros(100)).await;
                        None
                    };
                    let round_received = match or(received, timeout).wait() {
                        Some(round) => round,
                        None => rx.recv().wait().unwrap(),
                    };
                    assert_eq!(round_received, round);
                    sender.join().unwrap();
                }
            })
        })
        .collect();
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
}
