use super::magazine::Magazine;
use super::regions::{Place, find};
use super::*;
use corosensei::stack::Stack as _;
use std::collections::HashSet;
use std::ptr;

fn top_of(stack: &slab::Stack) -> usize {
    stack.base().get() + slab::OWNER
}

fn new_slab(size: usize) -> &'static Slab {
    Box::leak(Box::new(Slab::new(size)))
}

/// Whether a write there is the end of a process.
fn kills(address: usize) -> bool {
    // SAFETY: the child writes once, and ends.
    unsafe {
        match libc::fork() {
            0 => {
                ptr::write_volatile(address as *mut u8, 1);
                libc::_exit(0)
            }
            child => {
                let mut status = 0;
                // A signal may come in between.
                while libc::waitpid(child, &raw mut status, 0) != child {}
                libc::WIFSIGNALED(status) && libc::WTERMSIG(status) == libc::SIGSEGV
            }
        }
    }
}

#[test]
fn a_stack_is_as_large_as_was_asked_for_and_ends_in_a_guard_of_64_kib() {
    let slab = new_slab(96 << 10);
    let stack = slab.get().unwrap();
    let (top, limit) = (top_of(&stack), stack.limit().get());
    assert_eq!(top - limit, (96 << 10) + GUARD);
    for address in [limit, limit + 5 * 4096, limit + GUARD - 1] {
        assert!(kills(address));
    }
    // SAFETY: the stack is this test's. What says whose it is says nobody's again.
    unsafe {
        ptr::write_bytes((limit + GUARD) as *mut u8, 0xff, 96 << 10);
        ptr::write_bytes((top - OWNER) as *mut u8, 0, OWNER);
    }
}

#[test]
fn an_address_tells_its_stack() {
    let slab = new_slab(100_000);
    let stacks: Vec<_> = (0..100).map(|_| slab.get().unwrap()).collect();
    for stack in &stacks {
        let (top, limit) = (top_of(stack), stack.limit().get());
        let place = |in_guard| {
            Some(Place {
                limit,
                top,
                in_guard,
            })
        };
        assert_eq!(find(limit), place(true));
        assert_eq!(find(limit + GUARD - 1), place(true));
        assert_eq!(find(limit + GUARD), place(false));
        assert_eq!(find(top - 1), place(false));
    }
    let here = 0_u8;
    assert_eq!(find(&raw const here as usize), None);
}

#[test]
fn stacks_are_used_again_the_last_one_first() {
    let slab = new_slab(64 << 10);
    let stacks: Vec<_> = (0..1000).map(|_| slab.get().unwrap()).collect();
    let tops = |stacks: &[slab::Stack]| -> Vec<_> { stacks.iter().map(top_of).collect() };
    let (first, all) = (tops(&stacks), slab.stacks());
    assert_eq!(first.iter().collect::<HashSet<_>>().len(), 1000);
    stacks.into_iter().rev().for_each(drop);
    let again: Vec<_> = (0..1000).map(|_| slab.get().unwrap()).collect();
    assert_eq!(tops(&again), first);
    assert_eq!(slab.stacks(), all);
}

#[test]
fn trimmed_stacks_are_empty_and_keep_their_guards() {
    let slab = new_slab(64 << 10);
    let mut stacks = vec![slab.get().unwrap()];
    while stacks.len() < 100 || slab.depot.len() != 0 {
        stacks.push(slab.get().unwrap());
    }
    let places: Vec<_> = stacks
        .iter()
        .map(|stack| (stack.limit().get() + GUARD, stack.base().get()))
        .collect();
    // SAFETY: in the stacks of this test, used or not; nobody else has them.
    let read = |address: usize| unsafe { ptr::read_volatile(address as *const u8) };
    for (bottom, top) in &places {
        for address in [*bottom, *top - 1] {
            // SAFETY: the same.
            unsafe { ptr::write_volatile(address as *mut u8, 7) };
        }
    }
    drop(stacks);
    let trimmed = slab.while_unused(&mut [0; 70], |tops| {
        assert_eq!(tops.len(), 70);
        slab.trim(tops);
    });
    assert_eq!(trimmed, 70);
    let is_empty = |(bottom, top): &&(usize, usize)| read(*bottom) == 0 && read(*top - 1) == 0;
    assert_eq!(places.iter().filter(is_empty).count(), 70);
    for (bottom, _) in places.iter().step_by(9) {
        assert!(kills(bottom - 1) && kills(bottom - GUARD));
    }
}

#[test]
fn what_is_larger_than_the_address_space_is_an_error_and_the_rest_goes_on() {
    let slab = new_slab(1 << 46);
    let stacks: Vec<_> = std::iter::from_fn(|| slab.get().ok()).take(10).collect();
    assert!(stacks.len() < 10);
    let error = slab.get().err().unwrap().to_string();
    assert!(error.contains("Cannot allocate memory"), "{error}");
    assert!(new_slab(1 << 20).get().is_ok());
}

/// What happens on two Ps and outside, in any order: whoever was promised a stack finds one, and none is lost.
#[test]
fn a_promise_is_kept_wherever_it_is_spent() {
    struct Figures {
        unstarted: usize,
        running: Vec<slab::Stack>,
    }
    let slab = new_slab(32 << 10);
    let ps = [Magazine::new(slab), Magazine::new(slab)];
    let mut now = Figures {
        unstarted: 0,
        running: Vec::new(),
    };
    let mut random = 1_u32;
    let mut most = 0;
    for round in 0..200_000 {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (p, what) = (&ps[(random >> 16) as usize % 2], (random >> 20) % 100);
        // Some thousands more and some thousands fewer of them, by turns.
        let grows = round / 5_000 % 2 == 0;
        match what {
            0..40 if grows || what < 20 => {
                if what == 1 {
                    assert_eq!(slab.promise(1).unwrap(), 1);
                } else if !p.promise() {
                    p.add_tickets(slab.promise(SOME).unwrap() - 1);
                }
                now.unstarted += 1;
            }
            40..70 if now.unstarted > 0 => {
                now.unstarted -= 1;
                now.running.push(p.take());
            }
            70..100 if (!grows || what < 80) && !now.running.is_empty() => {
                let any = random as usize % now.running.len();
                p.give(now.running.swap_remove(any));
            }
            _ => {}
        }
        most = most.max(now.unstarted + now.running.len());
    }
    ps[0].clear();
    assert_eq!((ps[0].stacks(), ps[0].tickets()), (0, 0));
    let tickets: usize = ps.iter().map(Magazine::tickets).sum();
    let kept: usize = ps.iter().map(Magazine::stacks).sum();
    assert_eq!(
        tickets + now.unstarted + slab.depot.tickets(),
        slab.depot.len(),
        "as many tickets as stacks in the depot"
    );
    let all = slab.stacks();
    assert_eq!(slab.depot.len() + kept + now.running.len(), all);
    // Two Ps lay some by.
    assert!(most > 1000 && all <= most + 4 * 64 + 64, "{all} for {most}");
}

#[test]
fn many_sizes_share_a_few_slabs() {
    let sizes = |size: usize| {
        particular(size).unwrap().map(|stack| {
            let usable = top_of(&stack) - stack.limit().get() - GUARD;
            assert!(
                usable >= size && usable <= size + size / 8 + 4096,
                "{size}: {usable}"
            );
            usable
        })
    };
    let different: HashSet<_> = (0..2000)
        .filter_map(|i| sizes((32 << 10) + i * 1000))
        .collect();
    assert!(different.len() <= 16 * 6, "{}", different.len());
    assert_eq!(sizes(64 << 10), Some(64 << 10));
    assert!(particular(config::get().stack_size).unwrap().is_none());
}

/// How many of the stacks have memory where they begin.
fn populated(tops: impl Iterator<Item = usize>) -> usize {
    let page = memory::page();
    let has_memory = |top: &usize| {
        let mut resident = 0;
        // SAFETY: asks about one page, which is mapped.
        unsafe {
            libc::mincore((top - page) as *mut _, page, &raw mut resident) == 0 && resident & 1 != 0
        }
    };
    tops.filter(has_memory).count()
}

/// What two Ps start of what one of them spawns, with nobody using his stack.
fn start(n: usize) -> (&'static Slab, Vec<slab::Stack>, [Magazine; 2]) {
    let slab = new_slab(32 << 10);
    let ps = [Magazine::new(slab), Magazine::new(slab)];
    let stacks = (0..n).map(|i| {
        if !ps[0].promise() {
            ps[0].add_tickets(slab.promise(SOME).unwrap() - 1);
        }
        ps[i % 2].take()
    });
    (slab, stacks.collect(), ps)
}

#[test]
fn few_goroutines_take_no_memory_that_they_do_not_use() {
    let (slab, stacks, ps) = start(20);
    ps.iter().for_each(Magazine::clear);
    let mut tops: Vec<_> = stacks.iter().map(|stack| stack.base().get()).collect();
    let rest = slab.depot.take_tickets(usize::MAX);
    slab.depot.take(rest, |top, _| tops.push(top));
    assert_eq!(tops.len(), slab.stacks());
    assert_eq!(populated(tops.into_iter()), 0);
}

#[cfg(any(target_os = "linux", target_os = "android"))]
#[test]
fn many_goroutines_find_memory_on_their_stacks_and_there_is_little_that_nobody_uses() {
    let n = 2000 * config::get().procs;
    let (slab, stacks, ps) = start(n);
    ps.iter().for_each(Magazine::clear);
    let tops = |stacks: &[slab::Stack]| populated(stacks.iter().map(|stack| stack.base().get()));
    let first = stacks[0].base().get() - memory::page();
    // SAFETY: the stack is this test's.
    let can = unsafe {
        batch::advise(
            [first].into_iter(),
            memory::page(),
            libc::MADV_POPULATE_WRITE,
        )
    };
    if !can {
        return assert_eq!(tops(&stacks), 0);
    }
    assert!(tops(&stacks) > n / 2, "{} of {n}", tops(&stacks));
    let rest = slab.depot.take_tickets(usize::MAX);
    let mut unused = Vec::new();
    slab.depot.take(rest, |top, _| unused.push(top));
    let waste = populated(unused.into_iter());
    assert!(waste <= n / 16, "{waste} for {n}");
}

/// Else a sweep would look into each stack that has no memory.
#[test]
fn stacks_that_nobody_has_used_yet_are_not_in_use() {
    let slab = new_slab(64 << 10);
    let stack = slab.get().unwrap();
    assert!(slab.stacks() > 1);
    assert_eq!(slab.tops_in_use(), [top_of(&stack)]);
    drop(stack);
    assert!(slab.tops_in_use().is_empty());
}
