//! expat.
#![cfg(has_expat)]

use cgocall::{go, yield_now};
use libraries::xml::{Event, Parser};
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What came, in one line.
fn told(text: &mut String, event: &Event<'_>) {
    match event {
        Event::Start { name, attributes } => {
            let _ = write!(text, "<{name}");
            for (name, value) in *attributes {
                let _ = write!(text, " {name}={value:?}");
            }
            text.push('>');
        }
        Event::End(name) => text.push_str(&format!("</{name}>")),
        Event::Text(found) => text.push_str(found),
    }
}

fn read(pieces: &[&[u8]]) -> String {
    let (mut parser, mut text) = (Parser::new(), String::new());
    for piece in pieces {
        parser.push(piece, |event| told(&mut text, &event)).unwrap();
    }
    parser.finish(|event| told(&mut text, &event)).unwrap();
    text
}

const NOTE: &str = r#"<?xml version="1.0"?>
<note to="Ada" from='J&#xFC;rgen'><b>1 &lt; 2</b> Grüße<br/></note>"#;

#[cgocall::test]
fn a_document_comes_in_order_however_it_is_cut() {
    let whole = r#"<note to="Ada" from="Jürgen"><b>1 < 2</b> Grüße<br></br></note>"#;
    assert_eq!(read(&[NOTE.as_bytes()]), whole);
    for size in 1..NOTE.len() {
        let pieces: Vec<&[u8]> = NOTE.as_bytes().chunks(size).collect();
        assert_eq!(read(&pieces), whole, "by {size}");
    }
}

#[cgocall::test]
fn whatever_the_encoding_it_comes_as_text() {
    let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a b='\xfc'>\xdf</a>";
    assert_eq!(read(&[latin]), r#"<a b="ü">ß</a>"#);
    let wide: Vec<u8> = "\u{feff}<a>日本</a>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(read(&[&wide[..7], &wide[7..]]), "<a>日本</a>");
}

#[cgocall::test]
fn what_is_no_document_is_an_error_in_its_place() {
    let mut parser = Parser::new();
    let error = parser.push(b"<a>\n <b></a>", |_| {}).unwrap_err();
    assert_eq!(error.to_string(), "2:6: mismatched tag");
    assert!(parser.push(b"<c>", |_| {}).is_err(), "it stays one");

    let mut parser = Parser::new();
    parser.push(b"<a>", |_| {}).unwrap();
    let error = parser.finish(|_| {}).unwrap_err();
    assert_eq!(error.message, "no element found");
    let error = Parser::new().push(b"<a>\xff</a>", |_| {}).unwrap_err();
    assert_eq!(
        (&*error.message, error.line, error.column),
        ("not well-formed (invalid token)", 1, 3)
    );
}

#[cgocall::test]
fn a_handler_may_panic_and_the_rest_is_read_later() {
    let (mut parser, mut names) = (Parser::new(), Vec::new());
    let reading = || {
        parser.push(b"<a><b/><c/>", |event| match event {
            Event::Start { name: "b", .. } => panic!("no b"),
            Event::Start { name, .. } => names.push(name.to_owned()),
            _ => {}
        })
    };
    let panic = catch_unwind(AssertUnwindSafe(reading)).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"no b"));
    assert_eq!(names, ["a"], "no handler is called after that");
    let mut text = String::new();
    parser
        .push(b"<d/></a>", |event| told(&mut text, &event))
        .unwrap();
    parser.finish(|_| {}).unwrap();
    assert_eq!(text, "<d></d></a>");
}

#[cgocall::test]
fn goroutines_read_their_own_and_may_park_in_between() {
    let jobs: Vec<_> = (0..100)
        .map(|n| {
            go(move || {
                let (mut parser, mut sum) = (Parser::new(), 0);
                let document = format!("<a>{}</a>", "<b n='1'/>".repeat(n));
                for piece in document.as_bytes().chunks(64) {
                    let count = |event: Event<'_>| {
                        if let Event::Start {
                            attributes: [("n", value)],
                            ..
                        } = event
                        {
                            yield_now();
                            sum += value.parse::<usize>().unwrap();
                        }
                    };
                    parser.push(piece, count).unwrap();
                }
                parser.finish(|_| {}).unwrap();
                sum
            })
        })
        .collect();
    for (n, job) in jobs.into_iter().enumerate() {
        assert_eq!(job.join().unwrap(), n);
    }
}
