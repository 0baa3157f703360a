//! `regcomp` and `regexec`.

use cgocall::go;
use libraries::regex::Pattern;
use std::sync::Arc;

#[cgocall::test]
fn groups_are_found_where_they_are() {
    let regex = Pattern::new("([a-z]+)=([0-9]*)(!)?").unwrap();
    let found = regex.find(c"-- size=42 --").unwrap();
    assert_eq!(found, [Some(3..10), Some(3..7), Some(8..10), None]);
    assert_eq!(regex.find(c"nothing"), None);
}

#[cgocall::test]
fn a_bad_pattern_is_an_error_with_a_text() {
    let error = Pattern::new("(unclosed").err().expect("it is not closed");
    assert!(error.to_string().contains('('), "{error}");
}

#[cgocall::test]
fn goroutines_share_one() {
    let regex = Arc::new(Pattern::new("a+").unwrap());
    let jobs: Vec<_> = (0..100)
        .map(|_| {
            let regex = Arc::clone(&regex);
            go(move || regex.find(c"baab").unwrap()[0].clone())
        })
        .collect();
    for job in jobs {
        assert_eq!(job.join().unwrap(), Some(1..3));
    }
}
