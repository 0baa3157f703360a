//! The servers.

use super::sections::{Page, image};
use super::{Result, bars, tables};
use crate::figure::{AGAIN, Figure, OURS, TRACED, times, unit};
use crate::measure::servers::{BYTES, KEYS};
use crate::work::{Group, WORKS, find};
use std::fmt::Write;

impl Page<'_> {
    /// How many requests a second, and what each server uses for it.
    pub fn server(&self, title: &str) -> Result<String> {
        let of = |unit| self.those(|figure| figure.unit == unit && shown(figure));
        let rates: Vec<Figure> = of(unit::TIME).into_iter().map(Figure::rate).collect();
        let rates: Vec<&Figure> = rates.iter().collect();
        if rates.is_empty() {
            return Ok(String::new());
        }
        let mut text = format!("## {title}\n\n");
        bars::draw(&self.chart("server"), "Requests per second", &rates)?;
        text += &image("server", "Requests per second");
        write!(
            text,
            "[kvd](../examples/kvd), which speaks Redis's protocol and stores in SQLite, and the same server for other \
             runtimes: one protocol, one schema, one SQLite, and whatever is to be written while one transaction goes \
             to the disk (`synchronous=FULL`) is the next one. `redis-benchmark` asks for {BYTES} bytes, or stores \
             them, under one of {KEYS} keys. It has the same {} processors as the server: who uses less of them leaves \
             more to who asks.\n\n\
             - `{OURS}`: a goroutine for each connection, which reads where it runs; `{TRACED}`: with \
             `CGOCALL_TRACE=trace.json`\n\
             - `go`: the same with Go's goroutines, and cgo\n\
             - `tokio`: a task for each connection, which reads by `spawn_blocking`, four for each core at once\n\
             - `tokio inline`: which reads where it runs, and has its worker's other tasks wait for the disk as well\n\n",
            self.run.cores,
        )?;
        for work in WORKS.iter().filter(|work| work.group == Group::Server) {
            writeln!(text, "- `{}`: {}", work.name, work.what)?;
        }
        writeln!(
            text,
            "\nRequests per second:\n\n{}",
            tables::table(&rates).trim_end()
        )?;
        for (unit, what) in [
            (unit::P99, "How long 99 of 100 wait for a reply at most"),
            (unit::CPU, "The server's processor time for a request"),
            (unit::THREADS, "The most threads that it was seen to have"),
            (
                unit::MEMORY,
                "The most memory of its own that it was seen to have",
            ),
        ] {
            writeln!(text, "\n{what}:\n\n{}", tables::table(&of(unit)).trim_end())?;
        }
        text += "\n";
        text += &self.noise_of_servers()?;
        Ok(text + &self.trace()?)
    }

    /// What two processes of ours differ by.
    fn noise_of_servers(&self) -> Result<String> {
        let mut ratios = self.run.figures.noise();
        ratios.retain(|(work, _)| find(work).is_some_and(|work| work.group == Group::Server));
        let mut text = String::new();
        if let [(least_in, least), .., (most_in, most)] = ratios[..] {
            writeln!(
                text,
                "A second kvd in the same rounds shows the noise: the first takes {} (`{least_in}`) to {} (`{most_in}`) \
                 of its time for a request.\n",
                times(least),
                times(most),
            )?;
        }
        Ok(text)
    }

    /// What a trace costs.
    fn trace(&self) -> Result<String> {
        let figures = &self.run.figures;
        let mut text = String::new();
        for traced in self.those(|figure| figure.who == TRACED && figure.unit == unit::CPU) {
            let Some((min, median)) = figures.ratio(traced) else {
                continue;
            };
            let more = |ratio: f64| (1.0 / ratio - 1.0) * 100.0;
            writeln!(
                text,
                "- `{}`: {:+.1}% processor time, the medians {:+.1}%",
                traced.work,
                more(min),
                more(median)
            )?;
        }
        if text.is_empty() {
            return Ok(text);
        }
        Ok(format!("What a trace adds to kvd:\n\n{text}\n"))
    }
}

fn shown(figure: &Figure) -> bool {
    let is_served = find(&figure.work).is_some_and(|work| work.group == Group::Server);
    is_served && figure.who != AGAIN
}
