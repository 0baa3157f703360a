//! What calls and goroutines cost, beside C called directly, Go's cgo, tokio, may and smol, in one run:
//! `cargo run --release -p cgocall-benches`. README.md tells what there is to say to it.

mod figure;
mod goal;
mod machine;
mod measure;
mod options;
mod page;
mod peer;
mod peers;
mod run;
mod server;
mod table;
mod work;

use options::Options;
use run::Run;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};
use work::WORKS;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["peer", name] => match peers::OWN.iter().find(|(own, _)| *own == name) {
            Some((_, main)) => {
                main();
                return ExitCode::SUCCESS;
            }
            None => return usage(name),
        },
        ["serve", name, _] => match peers::SERVERS.iter().find(|(server, _)| *server == name) {
            Some((_, main)) => main().map(|()| true).map_err(Into::into),
            None => return usage(name),
        },
        ["instructions"] => measure::instructions::check(false).map_err(Into::into),
        ["instructions", "--record"] => measure::instructions::check(true).map_err(Into::into),
        ["redraw", docs] => redraw(Path::new(docs)).map(|()| true),
        _ => match Options::parse(words.iter().map(|word| (*word).to_owned())) {
            Ok(options) => compare(&options).map(|()| true),
            Err(word) => return usage(&word),
        },
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cgocall-benches: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage(word: &str) -> ExitCode {
    let works: Vec<_> = WORKS.iter().map(|work| work.name).collect();
    eprintln!(
        "cgocall-benches: `{word}` is not what it takes\n\
         usage: cgocall-benches [--quick [--all]] [--json FILE] [--docs FOLDER] [WORK or PART..]\n       \
         cgocall-benches redraw FOLDER\n       \
         cgocall-benches instructions [--record]\n       \
         cgocall-benches peer NAME\n       \
         cgocall-benches serve NAME FOLDER\n\
         works: {}\n\
         parts: {} {}",
        works.join(" "),
        options::INSTRUCTIONS,
        options::PARTS.join(" "),
    );
    ExitCode::from(2)
}

/// The page again, from the figures that it was written from.
fn redraw(docs: &Path) -> Result<(), Box<dyn Error>> {
    page::write(docs, &page::read(docs)?)
}

/// Where works are named, the page's other figures stay as they are.
fn on_page(docs: &Path, run: Run, options: &Options) -> Result<Run, Box<dyn Error>> {
    if options.is_whole() {
        return Ok(run);
    }
    let mut all = page::read(docs)?;
    all.renew(run);
    Ok(all)
}

fn compare(options: &Options) -> Result<(), Box<dyn Error>> {
    let run = Run::new(options)?;
    for (what, fact) in &run.machine {
        println!("{what}: {fact}");
    }
    println!();
    table::print(&run.figures);
    table::legend(&run.figures);
    for note in &run.notes {
        println!("{note}");
    }
    if let Some(file) = &options.json {
        fs::write(file, serde_json::to_string_pretty(&run.figures)? + "\n")?;
    }
    if let Some(docs) = &options.docs {
        page::write(docs, &on_page(docs, run, options)?)?;
    }
    Ok(())
}
