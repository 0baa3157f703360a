//! What a program tells, as `cgocall`'s `runtime/src/top/answer.rs` writes it.

/// The form that is read here.
const FORM: &str = "1";

#[derive(Debug, Default, PartialEq)]
pub(super) struct Answer {
    /// Milliseconds.
    pub(super) since: u64,
    /// The runtime's own figures.
    pub(super) figures: Vec<(String, u64)>,
    pub(super) threads: Vec<Thread>,
    pub(super) sites: Vec<Site>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Thread {
    pub(super) tid: u64,
    pub(super) name: String,
    pub(super) doing: Doing,
    /// Milliseconds that it has done that.
    pub(super) time: u64,
    pub(super) has_p: bool,
    pub(super) g: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Doing {
    C(String),
    Rust,
    Idle,
}

/// A C function, by one import.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Site {
    pub(super) function: String,
    pub(super) place: String,
    /// How many threads it has held, on average.
    pub(super) holds: f64,
    pub(super) calls: u64,
    pub(super) offloads: u64,
    pub(super) overruns: u64,
    pub(super) stalls: u64,
}

impl Answer {
    pub(super) fn parse(text: &str) -> Result<Answer, String> {
        let mut answer = Answer::default();
        let mut lines = text.lines();
        match lines.next().and_then(|line| line.split_once('\t')) {
            Some(("cgocall", FORM)) => {}
            Some(("cgocall", _)) => {
                return Err(
                    "was built with another version of cgocall: install the command of that version"
                        .to_owned(),
                );
            }
            _ => return Err("does not answer as cgocall does".to_owned()),
        }
        for line in lines.filter(|line| !line.is_empty()) {
            answer
                .take(line)
                .ok_or_else(|| format!("tells what cannot be read: `{line}`"))?;
        }
        Ok(answer)
    }

    fn take(&mut self, line: &str) -> Option<()> {
        let mut words = line.split('\t');
        let kind = words.next()?;
        let mut number = || words.next()?.parse::<u64>().ok();
        match kind {
            "since" => self.since = number()?,
            "thread" => {
                let tid = number()?;
                let (name, doing) = (words.next()?, words.next()?);
                let time = words.next()?.parse().ok()?;
                let (p, function, g) = (words.next()?, words.next()?, words.next()?);
                self.threads.push(Thread {
                    tid,
                    name: name.to_owned(),
                    doing: match doing {
                        "C" => Doing::C(function.to_owned()),
                        "Rust" => Doing::Rust,
                        _ => Doing::Idle,
                    },
                    time,
                    has_p: p == "P",
                    g: (g != "-").then(|| g.to_owned()),
                });
            }
            "site" => {
                let (function, place) = (words.next()?, words.next()?);
                let holds = words.next()?.parse().ok()?;
                let mut number = || words.next()?.parse::<u64>().ok();
                self.sites.push(Site {
                    function: function.to_owned(),
                    place: place.to_owned(),
                    holds,
                    calls: number()?,
                    offloads: number()?,
                    overruns: number()?,
                    stalls: number()?,
                });
            }
            figure => self.figures.push((figure.to_owned(), number()?)),
        }
        Some(())
    }

    /// One of the runtime's figures.
    pub(super) fn figure(&self, name: &str) -> u64 {
        let figure = self.figures.iter().find(|(is, _)| is == name);
        figure.map_or(0, |(_, figure)| *figure)
    }

    /// The same site before.
    pub(super) fn site(&self, like: &Site) -> Option<&Site> {
        let is = |site: &&Site| site.function == like.function && site.place == like.place;
        self.sites.iter().find(is)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_as_it_was_written() {
        let text = "cgocall\t1\nsince\t1500\nprocs\t2\n\
                    thread\t12\tcgocall-m\tC\t30\t-\tusleep\tgoroutine 7 (spawned at src/main.rs:3:5)\n\
                    thread\t13\tcgocall-m\tidle\t3\tP\t-\t-\n\
                    site\tusleep\tsrc/main.rs:9\t0.500\t10\t4\t1\t0\t999\n\n";
        let answer = Answer::parse(text).unwrap();
        assert_eq!((answer.since, answer.figure("procs")), (1500, 2));
        assert_eq!(answer.threads[0].doing, Doing::C("usleep".to_owned()));
        assert!(
            answer.threads[0]
                .g
                .as_ref()
                .unwrap()
                .starts_with("goroutine 7")
        );
        assert_eq!(
            (&answer.threads[1].doing, &answer.threads[1].g),
            (&Doing::Idle, &None)
        );
        assert!(answer.threads[1].has_p && !answer.threads[0].has_p);
        assert_eq!(answer.sites[0].holds, 0.5);
        assert_eq!((answer.sites[0].calls, answer.sites[0].offloads), (10, 4));
    }

    #[test]
    fn what_is_no_answer_is_said() {
        let told = |text| Answer::parse(text).unwrap_err();
        assert!(told("cgocall\t2\n").contains("another version"));
        assert!(told("HTTP/1.1 400\n").contains("does not answer as cgocall does"));
        assert!(told("cgocall\t1\nsite\tx\n").contains("`site\tx`"));
    }
}
