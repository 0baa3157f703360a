//! What is indexed is found: the files of grep, their lines, the parts of identifiers.

mod common;

use common::{Bench, succeeded};
use std::process::Stdio;

#[test]
fn a_query_finds_the_files_that_grep_finds() {
    let bench = Bench::new();
    bench.put("a.rs", "fn parse_http2Header() {}\nlet header = 1;");
    bench.put("b.c", "int Header, parse_http2Header2; /* header */");
    bench.put("deep/er/c.py", "parse_http2 = HEADER\n");
    bench.put("d.txt", "große_header naïve header² données\r\nend");
    bench.put("e.min.js", format!("x={}header;", "a.b;".repeat(20_000)));
    bench.put("f", "header-file x.header ->header(header)");
    bench.put(".hidden", "header");
    bench.put("empty", "");
    bench.put("binary", b"header\0");
    bench.put("latin1", b"header gr\xf6\xdfe");
    bench.put("long", "h".repeat(40_000));
    let report = bench.index();
    let first = report.lines().next().unwrap();
    assert_eq!(
        first,
        "11 files: 9 indexed, 0 unchanged, 0 removed, 1 binary, 1 not UTF-8, 0 unreadable, 0 too large"
    );

    let words = [
        "header",
        "Header",
        "HEADER",
        "parse_http2Header",
        "parse_http2Header2",
        "parse_http2",
        "http",
        "naïve",
        "données",
        "a",
        "b",
        "x",
        "end",
        "int",
        "nowhere",
        "2",
        "_",
    ];
    for word in words {
        let mut grep = bench.grep(word);
        grep.remove(&bench.src().join("latin1")); // the documented difference
        assert_eq!(bench.files(word), grep, "{word}");
    }
    assert_eq!(bench.files("header").len(), 6);
}

#[test]
fn hits_are_printed_with_their_line_and_the_best_come_first() {
    let bench = Bench::new();
    bench.put(
        "often.rs",
        "use header;\n\n    fn swap(header: Header) { header + header }\n",
    );
    bench.put(
        "once.rs",
        format!("{}\nswap the header\n", "word ".repeat(500)),
    );
    bench.index();
    let hits = succeeded(&mut bench.command(&["query", "swap", "header"]));
    let src = bench.src();
    let expected = format!(
        "{0}/often.rs:3:fn swap(header: Header) {{ header + header }}\n{0}/once.rs:2:swap the header\n",
        src.display()
    );
    assert_eq!(hits, expected);
    let one = succeeded(&mut bench.command(&["query", "swap", "header", "--limit", "1"]));
    assert_eq!(one.lines().count(), 1);
}

#[test]
fn words_in_a_row_and_parts_of_identifiers() {
    let bench = Bench::new();
    bench.put("row", "std::mem::swap(a, b)");
    bench.put("apart", "std::swap(mem, b)");
    bench.put("camel", "class HTTPServer2 {}");
    bench.put("snake", "start_http_server();");
    bench.put("two", "http = 1; let server = 2;");
    bench.index();
    let names = |args: &[&str]| {
        let printed = succeeded(bench.command(&["query", "-l"]).args(args));
        let mut names: Vec<_> = printed
            .lines()
            .map(|line| line.rsplit_once('/').unwrap().1.to_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(&["mem::swap"]), ["row"]);
    assert_eq!(names(&["swap", "mem"]), ["apart", "row"]);
    assert_eq!(names(&["http"]), ["two"], "as an identifier");
    assert_eq!(names(&["-p", "http"]), ["camel", "snake", "two"]);
    assert_eq!(
        names(&["-p", "HttpServer"]),
        ["camel", "snake"],
        "in one identifier"
    );
    assert_eq!(names(&["-p", "http", "server"]), ["camel", "snake", "two"]);
    assert_eq!(
        names(&["-p", "Server2"]),
        ["camel", "two"],
        "or side by side"
    );

    let output = bench.command(&["query", "HTTP"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        said,
        "codesearch: 3 more files have that in another case or inside of identifiers: `--parts` shows them\n"
    );
}

#[test]
fn stats_count_what_is_there() {
    let bench = Bench::new();
    bench.put("a", "parse_http2Header x");
    bench.put("b", "y");
    bench.put("c", b"\0");
    bench.index();
    let stats = succeeded(&mut bench.command(&["stats"]));
    let value = |name: &str| {
        let line = stats
            .lines()
            .find(|line| line.trim_start().starts_with(name))
            .unwrap();
        let number = line
            .split_whitespace()
            .find_map(|word| word.parse::<u64>().ok());
        number.unwrap()
    };
    assert_eq!(value("files"), 2);
    assert_eq!(value("binary,"), 1);
    assert_eq!(value("text"), 20);
    assert_eq!(value("tokens"), 7, "five for the first word");
    assert!(value("compressed") > 0 && value("index") > 0 && value("database") > value("index"));
}

#[test]
fn a_reader_who_has_read_enough_is_no_error() {
    let bench = Bench::new();
    for file in 0..2000 {
        bench.put(
            &format!("a-rather-long-file-name-to-fill-the-pipe-{file}"),
            "word",
        );
    }
    bench.index();
    let mut query = bench.command(&["query", "-l", "word"]);
    let mut query = query
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(query.stdout.take());
    let output = query.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
