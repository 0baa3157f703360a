//! C that does with borrowed memory what it may not: the argument says what. `tests/checks.rs` runs them.

use cgocall::go;
use cgocall_tests::step;
use cgocall_tests::wrong::*;
use std::mem::MaybeUninit;
use std::path::Path;
use std::ptr;

fn main() {
    let scenario = std::env::args().nth(1).expect("the name of a scenario");
    step(&scenario[..]);
    match &scenario[..] {
        "keeps_a_text" => keep_text(c"a text"),
        "keeps_a_copy" => keep_copy("a text"),
        "keeps_a_path" => try_keep_path(Path::new("a/path")).expect("it returns"),
        "keeps_bytes" => assert_eq!(keep_bytes(&[1, 2, 3]), 1),
        "keeps_bytes_of_a_plain_import" => assert_eq!(plain_keep_bytes(&[1, 2, 3]), 1),
        "keeps_bytes_of_a_goroutine" => {
            assert_eq!(go(|| keep_bytes(&[1, 2, 3])).join().unwrap(), 1)
        }
        "keeps_bytes_on_a_helper" => {
            assert_eq!(go(|| keep_bytes_blocking(&[1, 2, 3])).join().unwrap(), 1)
        }
        "keeps_a_pair" => keep_pair(Some(&mut Two::default())),
        "keeps_what_it_may" => {
            let mut pair = Two { a: 5, b: 0 };
            may_keep_pair(Some(&mut pair));
            assert_eq!(use_kept(), 5);
            return println!("done");
        }
        "goes_far_beyond" => set_behind(&mut [0; 100], 0),
        "goes_beyond" => set_behind(&mut [0; 4096 - 1], 1000),
        "goes_before" => set_behind(&mut [0; 100], -101),
        "writes_what_is_const" => set_const(&Two::default()),
        "does_right" => return right(),
        scenario => panic!("no such scenario: {scenario}"),
    }
    println!("used {}", use_kept());
}

fn right() {
    let mut pair = Two { a: 1, b: 2 };
    assert_eq!(swap(&mut pair), 1);
    assert_eq!(pair, Two { a: 2, b: 1 });
    set_behind(&mut [0; 100], -1);
    let mut filled = MaybeUninit::uninit();
    fill(&mut filled);
    // SAFETY: C has filled it.
    assert_eq!(unsafe { filled.assume_init() }, Two { a: 3, b: 4 });

    // What it returns and what it writes point into what it was lent.
    let (text, mut end) = (c"text", ptr::null());
    assert_eq!(last(text, &mut end), text.as_ptr().wrapping_add(3));
    assert_eq!(end, text.as_ptr().wrapping_add(4));

    keep_pair(None);
    assert_eq!(keep_bytes(&[]), -1);
    let mut numbers: Vec<_> = (0..100_000).collect();
    assert_eq!(sum(&numbers), 4_999_950_000);
    zero(&mut numbers[1..]);
    assert_eq!((sum(&numbers), numbers[0]), (0, 0));
    // SAFETY: it is C's, and always there.
    assert!(is_opaque(unsafe { &*opaque() }));

    // Addresses are used again some day.
    for i in 0..100 {
        assert_eq!(sum(&vec![1; i]), i as i64);
    }
    let both = [3, 5].map(|n| go(move || (0..1000).map(|_| sum(&[n, n])).sum::<i64>()));
    assert_eq!(both.map(|sum| sum.join().unwrap()), [6000, 10_000]);
    println!("done");
}
