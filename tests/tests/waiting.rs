//! `wait()` on timers, timeouts, channels and wakers, wherever it is called.

use async_io::Timer;
use cgocall::{Wait, go, yield_now};
use cgocall_tests::{everywhere, on_new_thread};
use futures_lite::future::or;
use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

const A_WHILE: Duration = Duration::from_millis(5);

#[test]
fn a_timer_sleeps_wherever_it_is_waited_for() {
    everywhere(
        || {
            let start = Instant::now();
            let end = Timer::after(A_WHILE).wait();
            (start, end)
        },
        |(start, end)| assert!(end - start >= A_WHILE && end <= Instant::now()),
    );
}

#[test]
fn a_timeout_ends_the_wait() {
    let recv = || {
        let (_tx, rx) = async_channel::bounded::<u32>(1);
        let received = async { rx.recv().await.map_err(|_| "closed") };
        let timeout = async {
            Timer::after(A_WHILE).await;
            Err("timeout")
        };
        or(received, timeout).wait()
    };
    everywhere(recv, |result| assert_eq!(result, Err("timeout")));
}

#[test]
fn a_channel_is_fed_and_drained() {
    everywhere(
        || {
            let (to, from) = async_channel::bounded::<u32>(1);
            let (back, result) = async_channel::bounded::<u32>(1);
            let doubler = move || {
                while let Ok(n) = from.recv().wait() {
                    back.send(2 * n).wait().unwrap();
                }
            };
            let (goroutine, thread) = (go(doubler.clone()), thread::spawn(doubler));
            let mut sum = 0;
            for n in 0..100 {
                to.send(n).wait().unwrap();
                sum += result.recv().wait().unwrap();
            }
            drop(to);
            goroutine.join().unwrap();
            thread.join().unwrap();
            sum
        },
        |sum| assert_eq!(sum, 9900),
    );
}

#[test]
fn the_first_of_two_futures_ends_the_wait_and_the_other_stays_good() {
    everywhere(
        || {
            let (tx, rx) = async_channel::bounded::<u32>(1);
            let (other_tx, other_rx) = async_channel::bounded::<u32>(1);
            let mut one = pin!(rx.recv());
            let mut other = pin!(other_rx.recv());
            let sender = go(move || other_tx.send(2).wait().map(|()| tx));
            let first = or(one.as_mut(), other.as_mut()).wait();
            let tx = sender.join().unwrap().unwrap();
            let second = go(move || tx.send(1).wait());
            (first, one.wait(), second.join().unwrap())
        },
        |results| assert_eq!(results, (Ok(2), Ok(1), Ok(()))),
    );
}

/// What a lost `or` leaves behind is at most one poll too many.
#[test]
fn a_future_dropped_while_pending_takes_no_wake_up_from_the_next() {
    everywhere(
        || {
            let mut sum = 0;
            for n in 0..200 {
                let (tx, rx) = async_channel::bounded::<u32>(1);
                let dropped = async { rx.recv().await.ok() };
                let at_once = or(dropped, async {
                    // Pending once, with its wake-up on the way already.
                    futures_lite::future::yield_now().await;
                    None
                });
                assert_eq!(at_once.wait(), None);
                let sender = go(move || {
                    yield_now();
                    tx.send(n).wait().unwrap();
                });
                sum += rx.recv().wait().unwrap();
                sender.join().unwrap();
            }
            sum
        },
        |sum| assert_eq!(sum, 19_900),
    );
}

/// Leaves its waker, and is ready when it is polled again.
struct Leaves<'a>(&'a Mutex<Vec<Waker>>, bool);

impl Future for Leaves<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.1, true) {
            return Poll::Ready(());
        }
        self.0.lock().unwrap().push(cx.waker().clone());
        Poll::Pending
    }
}

#[test]
fn a_waker_may_be_kept_and_woken_after_its_goroutine_is_done() {
    static WAKERS: Mutex<Vec<Waker>> = Mutex::new(Vec::new());
    let goroutines: Vec<_> = (0..100)
        .map(|n| {
            go(move || {
                // Ended by the waker or by the timer, whichever comes first.
                let timer = async {
                    Timer::after(Duration::from_micros(100 * (n % 3))).await;
                };
                or(Leaves(&WAKERS, false), timer).wait();
                n
            })
        })
        .collect();
    let sum: u64 = goroutines.into_iter().map(|g| g.join().unwrap()).sum();
    assert_eq!(sum, 4950);
    let wakers = std::mem::take(&mut *WAKERS.lock().unwrap());
    assert_eq!(wakers.len(), 100);
    for (i, waker) in wakers.into_iter().enumerate() {
        waker.wake_by_ref();
        match i % 3 {
            0 => waker.wake(),
            1 => go(move || waker.wake()).join().unwrap(),
            _ => thread::spawn(move || drop(waker)).join().unwrap(),
        }
    }
}

#[test]
fn a_c_thread_that_takes_no_signals_wakes_a_goroutine() {
    let (wakers, left) = async_channel::bounded::<Waker>(1);
    let parked = go(move || {
        let mut polls = 0;
        poll_fn(|cx| {
            polls += 1;
            if polls == 1 {
                wakers.try_send(cx.waker().clone()).unwrap();
                return Poll::Pending;
            }
            Poll::Ready(polls)
        })
        .wait()
    });
    let blocked = on_new_thread(0, |_| {
        // SAFETY: an all-zero set is a valid place for `sigfillset`.
        let failed = unsafe {
            let mut all = std::mem::zeroed();
            libc::sigfillset(&raw mut all);
            libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, std::ptr::null_mut())
        };
        left.recv().wait().unwrap().wake();
        failed.into()
    });
    assert_eq!(blocked, 0);
    assert_eq!(parked.join().unwrap(), 2);
}

#[test]
fn a_wake_up_before_the_wait_parks_is_not_lost() {
    everywhere(
        || {
            let mut left = 1000;
            poll_fn(|cx| {
                if left == 0 {
                    return Poll::Ready(left);
                }
                left -= 1;
                cx.waker().wake_by_ref();
                Poll::Pending
            })
            .wait()
        },
        |left| assert_eq!(left, 0),
    );
}

/// A panic that unwinds through the wait drops the future, and the goroutine can wait again.
#[cgocall::test]
fn a_future_that_panics_panics_in_who_waits() {
    for polls in 0..3 {
        let mut left = polls;
        let panics = poll_fn(move |cx| {
            assert_ne!(left, 0, "the last poll");
            left -= 1;
            cx.waker().wake_by_ref();
            Poll::<()>::Pending
        });
        let panic = std::panic::catch_unwind(|| panics.wait()).unwrap_err();
        assert!(
            panic
                .downcast_ref::<String>()
                .unwrap()
                .contains("the last poll")
        );
        let timeout = or(pending(), async {
            Timer::after(A_WHILE).await;
            "in time"
        });
        assert_eq!(timeout.wait(), "in time");
    }
}
