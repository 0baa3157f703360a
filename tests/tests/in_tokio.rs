//! `InTokio`: tokio's futures waited for outside of tokio, and goroutines awaited inside.

use cgocall::{Cancelled, InTokio, Wait, go, yield_now};
use cgocall_tests::{Flag, call_back, everywhere, run_with_procs};
use futures_lite::future::or;
use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};
use std::{io, thread};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::{sleep, timeout};

const A_WHILE: Duration = Duration::from_millis(5);
const AN_HOUR: Duration = Duration::from_secs(3600);

fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap()
}

fn in_no_runtime() -> bool {
    Handle::try_current().is_err()
}

fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref().map(String::as_str))
        .unwrap_or("no message")
}

/// The result, or what it panics with.
fn catch<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(f)).map_err(|panic| message(&*panic).to_owned())
}

/// As bins do not see dev-dependencies, this program runs its own tests.
#[test]
fn all_of_it_holds_with_1_2_and_16_procs() {
    let this = "all_of_it_holds_with_1_2_and_16_procs";
    run_with_procs(std::env::current_exe().unwrap(), |_, command| {
        command.args(["--skip", this]);
    });
}

#[test]
fn a_goroutine_that_is_cancelled_drops_its_timer_in_its_runtime() {
    let runtime = runtime();
    let tokio = runtime.handle().clone();
    let goroutine = go({
        let tokio = tokio.clone();
        move || {
            async {
                let never = async { sleep(AN_HOUR).await };
                // Within a poll, and in the runtime there.
                or(
                    never,
                    poll_fn(|_| pending().in_tokio(&Handle::current()).wait()),
                )
                .await
            }
            .in_tokio(&tokio)
            .wait();
        }
    });
    runtime.block_on(async {
        tokio::task::yield_now().await;
        goroutine.cancel();
        assert!(goroutine.await.unwrap_err().is::<Cancelled>());
    });
    go(|| assert!(in_no_runtime())).join().unwrap();
}

#[test]
fn a_tokio_timer_sleeps_wherever_it_is_waited_for() {
    let runtime = runtime();
    let tokio = runtime.handle().clone();
    everywhere(
        move || {
            let start = Instant::now();
            async { sleep(A_WHILE).await }.in_tokio(&tokio).wait();
            (start, Instant::now())
        },
        |(start, end)| assert!(end - start >= A_WHILE),
    );
}

#[test]
fn a_tokio_timeout_ends_the_wait() {
    let runtime = runtime();
    let tokio = runtime.handle().clone();
    everywhere(
        move || {
            let timeout = async { timeout(A_WHILE, pending::<()>()).await };
            timeout.in_tokio(&tokio).wait().is_err()
        },
        |elapsed| assert!(elapsed),
    );
}

/// The clients are goroutines; what serves them is a task, then a goroutine for each.
#[test]
fn goroutines_and_tasks_talk_over_tokio_sockets() -> io::Result<()> {
    async fn echo(mut stream: TcpStream) -> io::Result<u64> {
        let (mut read, mut write) = stream.split();
        tokio::io::copy(&mut read, &mut write).await
    }
    let runtime = runtime();
    let tokio = runtime.handle();
    let listener = TcpListener::bind("127.0.0.1:0").in_tokio(tokio).wait()?;
    let address = listener.local_addr()?;
    let clients: Vec<_> = (0..16)
        .map(|n: u8| {
            let tokio = tokio.clone();
            go(move || {
                let talk = async {
                    let mut stream = TcpStream::connect(address).await?;
                    for round in 0..20 {
                        let sent = [n.wrapping_mul(round); 1000];
                        let mut back = [0; 1000];
                        stream.write_all(&sent).await?;
                        stream.read_exact(&mut back).await?;
                        assert_eq!(back, sent);
                    }
                    stream.shutdown().await
                };
                talk.in_tokio(&tokio).wait()
            })
        })
        .collect();
    for n in 0..16 {
        let (stream, _) = listener.accept().in_tokio(tokio).wait()?;
        let echoed = if n % 2 == 0 {
            let task = tokio.spawn(echo(stream));
            go(move || task.wait().unwrap())
        } else {
            let tokio = tokio.clone();
            go(move || echo(stream).in_tokio(&tokio).wait())
        };
        drop(echoed);
    }
    for client in clients {
        client.join().unwrap()?;
    }
    Ok(())
}

#[test]
fn the_runtime_is_known_while_the_future_is_polled_or_dropped_and_never_else() {
    struct Dropped(tokio::runtime::Id);
    impl Drop for Dropped {
        fn drop(&mut self) {
            assert_eq!(Handle::current().id(), self.0);
        }
    }
    let runtime = runtime();
    let tokio = runtime.handle().clone();
    everywhere(
        move || {
            let id = tokio.id();
            for polls in 0..4 {
                let dropped = Dropped(id);
                let polled = async move {
                    let _dropped = dropped;
                    for _ in 0..polls {
                        assert_eq!(Handle::current().id(), id);
                        futures_lite::future::yield_now().await;
                    }
                };
                let two_polls = async {
                    futures_lite::future::yield_now().await;
                    futures_lite::future::yield_now().await;
                };
                // Done, or dropped while it is pending.
                or(polled.in_tokio(&tokio), two_polls).wait();
                assert!(in_no_runtime());
            }
            drop(async move { drop(Dropped(id)) }.in_tokio(&tokio));
        },
        |()| assert!(in_no_runtime()),
    );
}

/// With one P they are goroutines of one thread.
#[test]
fn each_goroutine_is_in_its_own_runtime_whoever_else_waits() {
    let runtimes = [runtime(), runtime(), runtime()];
    let goroutines: Vec<_> = (0..30)
        .map(|n| {
            let tokio = runtimes[n % 3].handle().clone();
            go(move || {
                for _ in 0..20 {
                    let sleeps = async {
                        for _ in 0..3 {
                            assert_eq!(Handle::current().id(), tokio.id());
                            sleep(Duration::from_micros(100)).await;
                        }
                        tokio::spawn(async { Handle::current().id() }).await
                    };
                    assert_eq!(sleeps.in_tokio(&tokio).wait().unwrap(), tokio.id());
                    assert!(in_no_runtime());
                    yield_now();
                    assert!(in_no_runtime());
                }
            })
        })
        .collect();
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
}

#[cgocall::test]
fn runtimes_nest() {
    let (outer, inner) = (runtime(), runtime());
    let nested = async {
        assert_eq!(Handle::current().id(), outer.handle().id());
        let id = async {
            sleep(Duration::from_millis(1)).await;
            Handle::current().id()
        };
        assert_eq!(id.in_tokio(inner.handle()).await, inner.handle().id());
        Handle::current().id()
    };
    let id = nested.in_tokio(outer.handle()).wait();
    assert_eq!(id, outer.handle().id());
}

#[cgocall::test]
fn what_needs_a_runtime_when_it_is_made_is_made_in_an_async_block() {
    let runtime = runtime();
    let tokio = runtime.handle();
    let made_outside = catch(|| sleep(A_WHILE)).unwrap_err();
    assert!(made_outside.contains("no reactor running"));
    async { sleep(A_WHILE).await }.in_tokio(tokio).wait();
}

#[test]
fn a_panic_in_a_poll_leaves_the_runtime() {
    let runtime = runtime();
    let tokio = runtime.handle().clone();
    everywhere(
        move || {
            let panics = async {
                sleep(Duration::from_millis(1)).await;
                panic!("after a park");
            };
            let result = catch::<()>(|| panics.in_tokio(&tokio).wait());
            assert!(in_no_runtime());
            async { sleep(Duration::from_millis(1)).await }
                .in_tokio(&tokio)
                .wait();
            result
        },
        |result| assert_eq!(result.unwrap_err(), "after a park"),
    );
}

/// Ends a runtime as soon as `future` is pending in it, and waits for what comes of it.
fn outlive_a_runtime<F: Future>(future: impl FnOnce() -> F) -> Result<F::Output, String> {
    let runtime = runtime();
    let tokio = runtime.handle().clone();
    let (pending, is_pending) = async_channel::bounded::<()>(1);
    let ending = thread::spawn(move || {
        is_pending.recv_blocking().unwrap();
        drop(runtime);
    });
    let waiting = async {
        let mut future = pin!(future());
        poll_fn(|cx| {
            let poll = future.as_mut().poll(cx);
            if poll.is_pending() {
                let _ = pending.try_send(());
            }
            poll
        })
        .await
    };
    let result = catch(|| waiting.in_tokio(&tokio).wait());
    ending.join().unwrap();
    // And later comers.
    let late = async { sleep(AN_HOUR).await };
    let panic = catch(|| late.in_tokio(&tokio).wait()).unwrap_err();
    assert!(panic.contains("being shutdown"));
    assert!(in_no_runtime());
    result
}

#[test]
fn a_timer_panics_in_who_waits_when_its_runtime_ends() {
    everywhere(
        || outlive_a_runtime(|| sleep(AN_HOUR)),
        |result| assert!(result.unwrap_err().contains("being shutdown")),
    );
}

#[test]
fn a_socket_fails_when_its_runtime_ends() {
    everywhere(
        || {
            outlive_a_runtime(|| async {
                let socket = UdpSocket::bind("127.0.0.1:0").await?;
                socket.recv(&mut [0]).await
            })
        },
        |result| {
            let error = result.unwrap().unwrap_err();
            assert!(error.to_string().contains("being shutdown"), "{error}");
        },
    );
}

#[test]
fn a_spawned_task_is_cancelled_and_its_channel_closed_when_its_runtime_ends() {
    everywhere(
        || outlive_a_runtime(|| tokio::spawn(pending::<()>())),
        |result| assert!(result.unwrap().unwrap_err().is_cancelled()),
    );
    everywhere(
        || {
            outlive_a_runtime(|| async {
                let (tx, mut rx) = tokio::sync::mpsc::channel::<()>(1);
                tokio::spawn(async move {
                    tx.closed().await;
                });
                rx.recv().await
            })
        },
        |result| assert_eq!(result.unwrap(), None),
    );
}

/// Both kinds of runtime.
fn in_tasks(test: impl AsyncFn()) {
    runtime().block_on(test());
    let current_thread = Builder::new_current_thread().enable_all().build().unwrap();
    current_thread.block_on(test());
}

#[test]
fn goroutines_are_awaited_in_tasks() {
    in_tasks(async || {
        let tasks: Vec<_> = (0..100)
            .map(|n| {
                tokio::spawn(async move {
                    let mut sum = 0;
                    for i in 0..10 {
                        let goroutine = go(move || {
                            yield_now();
                            n * i
                        });
                        sum += goroutine.await.unwrap();
                    }
                    sum
                })
            })
            .collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap();
        }
        assert_eq!(sum, 4950 * 45);
    });
}

#[test]
fn a_goroutines_panic_is_an_error_in_the_task() {
    in_tasks(async || {
        let goroutine = go(|| panic!("on a goroutine"));
        let joined: thread::Result<()> = goroutine.await;
        assert_eq!(message(&*joined.unwrap_err()), "on a goroutine");
    });
}

/// A task's goroutine waits for the task's runtime, which on a current-thread one the task's own `await` drives.
#[test]
fn a_task_awaits_a_goroutine_that_waits_for_its_runtime() {
    in_tasks(async || {
        let tokio = Handle::current();
        let goroutines: Vec<_> = (0..20)
            .map(|n| {
                let tokio = tokio.clone();
                go(move || {
                    assert!(in_no_runtime(), "a goroutine does not inherit one");
                    let waits = async {
                        sleep(A_WHILE).await;
                        // A task that awaits another goroutine.
                        tokio::spawn(async move { go(move || n).await }).await
                    };
                    waits.in_tokio(&tokio).wait().unwrap().unwrap()
                })
            })
            .collect();
        let mut sum = 0;
        for goroutine in goroutines {
            sum += goroutine.await.unwrap();
        }
        assert_eq!(sum, 190);
    });
}

#[test]
fn a_goroutine_that_a_timeout_gave_up_on_can_be_joined_by_another() {
    in_tasks(async || {
        let (tx, rx) = async_channel::bounded::<u32>(1);
        let mut goroutine = go(move || rx.recv().wait().unwrap());
        for _ in 0..3 {
            let waited = timeout(Duration::from_millis(1), &mut goroutine).await;
            assert!(waited.is_err());
        }
        let joiner = go(move || goroutine.join().unwrap());
        tx.send(7).await.unwrap();
        assert_eq!(joiner.await.unwrap(), 7);
    });
}

#[test]
fn an_aborted_task_detaches_its_goroutine() {
    in_tasks(async || {
        let (tx, rx) = async_channel::bounded::<u32>(1);
        let (back, result) = async_channel::bounded::<u32>(1);
        let task = tokio::spawn(async move {
            go(move || {
                back.try_send(0).unwrap();
                let n = rx.recv().wait().unwrap();
                back.send(n).wait().unwrap();
            })
            .await
        });
        assert_eq!(result.recv().await, Ok(0));
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        tx.send(7).await.unwrap();
        assert_eq!(result.recv().await, Ok(7));
    });
}

/// Polled by a task first, then by a goroutine, then by a thread: each wakes whoever polled last.
#[test]
fn a_future_may_change_who_waits_for_it() {
    let runtime = runtime();
    let tokio = runtime.handle().clone();
    let (tx, rx) = async_channel::bounded::<u32>(1);
    let mut received = Box::pin(async move { rx.recv().await }.in_tokio(&tokio));
    let polled = poll_fn(|cx| Poll::Ready(received.as_mut().poll(cx).is_pending()));
    assert!(runtime.block_on(polled));
    let received = go(move || {
        let polled = poll_fn(|cx| Poll::Ready(received.as_mut().poll(cx).is_pending())).wait();
        assert!(polled);
        received
    });
    let received = received.join().unwrap();
    let sender = go(move || tx.send(7).wait());
    assert_eq!(received.wait(), Ok(7));
    sender.join().unwrap().unwrap();
}

/// What a future does in its own poll may park too: yield, join, call C. With one P all of this is on one thread.
#[test]
fn a_park_inside_a_poll_is_outside_of_the_runtime() {
    let runtimes = [runtime(), runtime()];
    let goroutines: Vec<_> = (0..20)
        .map(|n| {
            let [tokio, inner] = [0, 1].map(|i| runtimes[(n + i) % 2].handle().clone());
            go(move || {
                let parks = |tokio: Handle| {
                    let id = tokio.id();
                    async move {
                        assert_eq!(Handle::current().id(), id);
                        for _ in 0..n {
                            yield_now();
                        }
                        go(|| assert!(in_no_runtime())).join().unwrap();
                        let flag = Flag::default();
                        flag.raise();
                        flag.wait_in_c();
                        call_back(0, |_| {
                            assert_eq!(Handle::current().id(), id);
                            async { sleep(Duration::from_micros(100)).await }
                                .in_tokio(&tokio)
                                .wait();
                            0
                        });
                        assert_eq!(Handle::current().id(), id);
                        sleep(Duration::from_micros(100)).await;
                    }
                };
                let nested = async {
                    for _ in 0..10 {
                        parks(tokio.clone()).await;
                        parks(inner.clone()).in_tokio(&inner).await;
                        assert_eq!(Handle::current().id(), tokio.id());
                    }
                };
                nested.in_tokio(&tokio).wait();
                assert!(in_no_runtime());
            })
        })
        .collect();
    while goroutines.iter().any(|goroutine| !goroutine.is_finished()) {
        go(|| assert!(in_no_runtime())).join().unwrap();
    }
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
}
