//! What the runtime is told before it starts: by `CGOCALL_*` variables, or else by the program's
//! [`Builder`](crate::Builder), or else by nobody.
//!
//! The variables win: a program has its defaults, and who runs it has the last word.
//!
//! All of it is read once, when the runtime starts. A bad value is an error of that start, which says all of them. Where
//! the runtime starts by itself there is nobody to return it to: the process ends. It ends at once, without `atexit` and
//! without unwinding, because a goroutine may be started from anywhere: under a lock of C's that an exit handler waits
//! for, in a callback that cannot be unwound, in an exit handler itself.

use crate::check;
use crate::stack;
use crate::start_error::StartError;
use crate::trace;
use crate::variables::{Bytes, Setting, Value as _, Variables};
use std::fmt::Display;
use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::Duration;

/// What the program has said, through its [`Builder`](crate::Builder).
#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    pub(crate) procs: Option<usize>,
    pub(crate) max_threads: Option<usize>,
    pub(crate) idle: Option<Duration>,
    pub(crate) stack_size: Option<usize>,
    pub(crate) system_stack_size: Option<usize>,
    pub(crate) thread_name: Option<String>,
    pub(crate) migrate: bool,
}

/// Fixed when the runtime starts.
#[derive(Debug, PartialEq)]
pub(crate) struct Config {
    /// The number of Ps.
    pub(crate) procs: usize,
    /// At most so many threads for Ps and `blocking` C calls together: more than `procs`.
    pub(crate) max_threads: usize,
    /// A thread without work ends after so long.
    pub(crate) idle: Duration,
    /// Of a goroutine that has not said otherwise.
    pub(crate) stack_size: usize,
    /// For C: of the threads, and of what replaces their own stack where C frames are parked on it.
    pub(crate) system_stack_size: usize,
    /// What the names of the threads begin with.
    thread_name: String,
    pub(crate) trace: Trace,
    /// False: `membarrier` is not used, though the kernel has it.
    pub(crate) membarrier: bool,
    /// False: nor is `MADV_GUARD_INSTALL`.
    pub(crate) guard_install: bool,
    /// `CGOCALL_CHECK`, where it is set.
    check: Option<u8>,
    /// Started goroutines may change threads. Whoever set it has made `Builder::migrate`'s promise.
    pub(crate) migrate: bool,
}

/// `CGOCALL_TRACE`.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Trace {
    /// What all threads and goroutines do, written there.
    pub(crate) file: Option<PathBuf>,
    /// A line about the scheduler, every so often.
    pub(crate) sched: Option<Duration>,
    /// `cgocall top` is answered.
    pub(crate) top: bool,
    /// How deep stacks were used, at the end.
    pub(crate) stacks: bool,
    /// The same every so often.
    pub(crate) stacks_every: Option<Duration>,
}

static CONFIG: OnceLock<Config> = OnceLock::new();

/// The configuration. Who asks for it first starts the runtime.
pub(crate) fn get() -> &'static Config {
    CONFIG.get().unwrap_or_else(by_itself)
}

/// Nobody has started the runtime.
#[cold]
fn by_itself() -> &'static Config {
    match set(Program::default(), |_| Ok(())) {
        // Somebody else was faster.
        Ok(()) | Err(StartError::AlreadyStarted) => CONFIG.get().expect("it was set"),
        Err(error) => give_up(&error),
    }
}

/// Ends the process: the runtime cannot start, or a call cannot be made, and there is nobody to tell.
#[cold]
pub(crate) fn give_up(error: &dyn Display) -> ! {
    static LAST_WORDS: Mutex<()> = Mutex::new(());
    let _said_once = LAST_WORDS.lock();
    say(&error.to_string());
    // SAFETY: may be called at any time, and anywhere.
    unsafe { libc::_exit(101) }
}

/// Sets the configuration, unless there is one, or `check` finds that it cannot work.
pub(crate) fn set(
    program: Program,
    check: impl FnOnce(&Config) -> Result<(), StartError>,
) -> Result<(), StartError> {
    if CONFIG.get().is_some() {
        return Err(StartError::AlreadyStarted);
    }
    let mut variables = Variables::new(std::env::vars_os());
    let config = Config::new(program, &mut variables).map_err(StartError::BadValues)?;
    check(&config)?;
    if let Some(file) = &config.trace.file {
        trace::create(file).map_err(|error| StartError::BadValues(vec![error]))?;
    }
    let check = config.check;
    CONFIG.set(config).map_err(|_| StartError::AlreadyStarted)?;
    let unchecked = check
        .filter(|level| *level != 0 && !check::checked!())
        .map(|level| {
            format!(
                "CGOCALL_CHECK={level} does nothing: this program was built without debug assertions; set the variable when it \
                 is built too"
            )
        });
    for warning in variables.warnings().into_iter().chain(unchecked) {
        say(&format!("warning: {warning}"));
    }
    Ok(())
}

/// Says it on stderr, in one piece. Not by `eprintln!`, which a test keeps for itself until it is over.
pub(crate) fn say(what: &str) {
    let _ = io::stderr().write_all(format!("cgocall: {what}\n").as_bytes());
}

const PROCS: Setting<usize> = Setting {
    variable: "CGOCALL_PROCS",
    method: "procs",
    range: 1..=4096,
};
const MAX_THREADS: Setting<usize> = Setting {
    variable: "CGOCALL_MAX_THREADS",
    method: "max_threads",
    range: 2..=100_000,
};
const IDLE: Setting<Duration> = Setting {
    variable: "CGOCALL_IDLE",
    method: "idle_time",
    range: TIMES,
};
/// Less would keep the machine busy, and more is as good as never.
const TIMES: RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_secs(24 * 3600);
const STACK_SIZE: Setting<Bytes> = Setting {
    variable: "CGOCALL_STACK_SIZE",
    method: "stack_size",
    range: Bytes(stack::SMALLEST)..=Bytes(stack::LARGEST),
};
const SYSTEM_STACK_SIZE: Setting<Bytes> = Setting {
    variable: "CGOCALL_SYSTEM_STACK_SIZE",
    method: "system_stack_size",
    range: Bytes(stack::SMALLEST_SYSTEM)..=Bytes(stack::LARGEST),
};

impl Config {
    fn new(program: Program, variables: &mut Variables) -> Result<Config, Vec<String>> {
        let procs = variables.setting(&PROCS, program.procs);
        let max_threads = variables.setting(&MAX_THREADS, program.max_threads);
        let idle = variables.setting(&IDLE, program.idle);
        let stack_size = variables.setting(&STACK_SIZE, program.stack_size.map(Bytes));
        let system_stack_size =
            variables.setting(&SYSTEM_STACK_SIZE, program.system_stack_size.map(Bytes));
        let trace = variables.text(
            "CGOCALL_TRACE",
            "it must be the name of a file to be written, which ends in `.json`, `top` (on Linux), `sched=` and a time from \
             1ms to 24h, `stacks`, `stacks=` and such a time, or several of them with commas, as in `trace.json,sched=1s`",
            Trace::parse,
        );
        let membarrier = on_or_off("CGOCALL_MEMBARRIER", variables);
        let guard_install = on_or_off("CGOCALL_GUARD_INSTALL", variables);
        let level = variables.text(check::VARIABLE, check::FORM, check::parse);
        let thread_name = program.thread_name.unwrap_or_else(|| "cgocall".into());
        if thread_name.contains('\0') {
            variables.errors.push(format!(
                "`Builder::thread_name` was given {thread_name:?}: a thread's name cannot contain a NUL"
            ));
        }
        if let (Some(procs), Some(max_threads)) = (procs, max_threads)
            && max_threads <= procs
            && variables.errors.is_empty()
        {
            variables.errors.push(format!(
                "{procs} procs with at most {max_threads} threads leave none for `blocking` C calls: {} must be at \
                 least {}, or {} less",
                MAX_THREADS.variable,
                procs + 1,
                PROCS.variable,
            ));
        }
        if !variables.errors.is_empty() {
            return Err(std::mem::take(&mut variables.errors));
        }
        // Each makes room for the other, if only that one was said.
        let most = max_threads.map_or(*PROCS.range.end(), |max_threads| max_threads - 1);
        let procs = procs.unwrap_or_else(|| cores().min(most));
        Ok(Config {
            procs,
            max_threads: max_threads.unwrap_or_else(|| 512.max(2 * procs)),
            idle: idle.unwrap_or(Duration::from_secs(10)),
            stack_size: stack_size.map_or(stack::GOROUTINE, |Bytes(size)| size),
            system_stack_size: system_stack_size.map_or(stack::SYSTEM, |Bytes(size)| size),
            thread_name,
            trace: trace.unwrap_or_default(),
            membarrier: membarrier.unwrap_or(true),
            guard_install: guard_install.unwrap_or(true),
            check: level,
            migrate: program.migrate,
        })
    }

    /// The name of a thread of the runtime's.
    pub(crate) fn thread_name(&self, role: &str) -> String {
        format!("{}-{role}", self.thread_name)
    }
}

fn on_or_off(variable: &'static str, variables: &mut Variables) -> Option<bool> {
    variables.text(variable, "it must be `on` or `off`", |text| match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    })
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

impl Trace {
    /// `trace.json`, and other things after a comma.
    fn parse(text: &str) -> Option<Trace> {
        let time = |text| Duration::parse(text).filter(|every| TIMES.contains(every));
        let mut trace = Trace::default();
        for part in text.split(',') {
            match part.split_once('=') {
                Some(("sched", every)) => trace.sched = Some(time(every)?),
                Some(("stacks", every)) => {
                    trace.stacks = true;
                    trace.stacks_every = Some(time(every)?);
                }
                None if part == "stacks" => trace.stacks = true,
                None if part == "top" && cfg!(target_os = "linux") => trace.top = true,
                None if part.ends_with(".json") => trace.file = Some(part.into()),
                _ => return None,
            }
        }
        Some(trace)
    }

    /// How often there is something to tell, at most.
    pub(crate) fn pace(&self) -> Option<Duration> {
        self.sched.into_iter().chain(self.stacks_every).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    fn config(program: Program, variables: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        let variables = variables
            .iter()
            .map(|&(name, value)| (name.into(), value.into()));
        Config::new(program, &mut Variables::new(variables))
    }

    fn errors(program: Program, variables: &[(&str, &str)]) -> Vec<String> {
        config(program, variables).expect_err("a bad value")
    }

    #[test]
    fn a_variable_wins_over_the_program_and_the_program_over_the_default() {
        let program = || Program {
            procs: Some(3),
            idle: Some(Duration::from_millis(5)),
            ..Program::default()
        };
        let found = config(program(), &[("CGOCALL_PROCS", "2"), ("CGOCALL_IDLE", "")]).unwrap();
        assert_eq!((found.procs, found.idle), (2, Duration::from_millis(5)));
        assert_eq!(found.max_threads, 512);

        let all = [
            ("CGOCALL_PROCS", "1"),
            ("CGOCALL_MAX_THREADS", "2"),
            ("CGOCALL_IDLE", "1m"),
            ("CGOCALL_STACK_SIZE", "64K"),
            ("CGOCALL_SYSTEM_STACK_SIZE", "16M"),
            ("CGOCALL_TRACE", "sched=500ms,some/trace.json,stacks=1s"),
            ("CGOCALL_MEMBARRIER", "off"),
            ("CGOCALL_GUARD_INSTALL", "off"),
            ("CGOCALL_CHECK", "2"),
        ];
        let wanted = Config {
            procs: 1,
            max_threads: 2,
            idle: Duration::from_secs(60),
            stack_size: 64 << 10,
            system_stack_size: 16 << 20,
            thread_name: "cgocall".into(),
            trace: Trace {
                file: Some("some/trace.json".into()),
                top: false,
                sched: Some(Duration::from_millis(500)),
                stacks: true,
                stacks_every: Some(Duration::from_secs(1)),
            },
            membarrier: false,
            guard_install: false,
            check: Some(2),
            migrate: false,
        };
        assert_eq!(config(program(), &all).unwrap(), wanted);
    }

    #[test]
    fn a_trace_is_of_one_thing_or_of_several() {
        let trace = |text| {
            config(Program::default(), &[("CGOCALL_TRACE", text)]).map(|config| config.trace)
        };
        let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
        let of = |sched, stacks, stacks_every| Trace {
            file: None,
            top: false,
            sched,
            stacks,
            stacks_every,
        };
        for (text, wanted, pace) in [
            ("stacks", of(None, true, None), None),
            ("stacks=1m", of(None, true, Some(minute)), Some(minute)),
            (
                "stacks,sched=1s",
                of(Some(second), true, None),
                Some(second),
            ),
            (
                "sched=1m,stacks=1s",
                of(Some(minute), true, Some(second)),
                Some(second),
            ),
        ] {
            let trace = trace(text).unwrap();
            assert_eq!((trace.pace(), trace), (pace, wanted), "{text}");
        }
        for text in [
            "sched",
            "stacks=",
            "stacks=0s",
            "stacks=25h",
            "stacks,",
            ",",
            "stack",
            "stacks sched=1s",
        ] {
            assert!(trace(text).is_err(), "{text}");
        }
    }

    #[test]
    fn all_bad_values_are_told_at_once_each_with_its_cure() {
        let program = Program {
            procs: Some(0),
            thread_name: Some("a\0b".into()),
            ..Program::default()
        };
        let variables = [
            ("CGOCALL_MAX_THREADS", "many"),
            ("CGOCALL_IDLE", "10"),
            ("CGOCALL_STACK_SIZE", "1K"),
            ("CGOCALL_TRACE", "sched=1s,stack"),
            ("CGOCALL_MEMBARRIER", "yes"),
            ("CGOCALL_GUARD_INSTALL", "no"),
            ("CGOCALL_CHECK", "3"),
        ];
        assert_eq!(
            errors(program, &variables),
            [
                "`Builder::procs` was given 0: it must be a number from 1 to 4096",
                "CGOCALL_MAX_THREADS is `many`: it must be a number from 2 to 100000",
                "CGOCALL_IDLE is `10`: it must be a time with its unit, as in `500ms` or `10s`, from 1ms to 24h",
                "CGOCALL_STACK_SIZE is `1K`: it must be a size, as in `256K` or `1M`, from 32K to 1G",
                "CGOCALL_TRACE is `sched=1s,stack`: it must be the name of a file to be written, which ends in `.json`, \
                 `top` (on Linux), `sched=` and a time from 1ms to 24h, `stacks`, `stacks=` and such a time, or several of \
                 them with commas, as in `trace.json,sched=1s`",
                "CGOCALL_MEMBARRIER is `yes`: it must be `on` or `off`",
                "CGOCALL_GUARD_INSTALL is `no`: it must be `on` or `off`",
                "CGOCALL_CHECK is `3`: it must be 0, 1 or 2",
                "`Builder::thread_name` was given \"a\\0b\": a thread's name cannot contain a NUL",
            ]
        );
    }

    #[test]
    fn there_are_more_threads_than_procs() {
        let program = Program {
            max_threads: Some(4),
            ..Program::default()
        };
        assert_eq!(
            errors(program.clone(), &[("CGOCALL_PROCS", "4")]),
            [
                "4 procs with at most 4 threads leave none for `blocking` C calls: CGOCALL_MAX_THREADS must be at least 5, or \
              CGOCALL_PROCS less"
            ]
        );
        // Who says one of them has the other follow, however many cores there are.
        assert!(config(program, &[]).unwrap().procs < 4);
        let found = config(Program::default(), &[("CGOCALL_PROCS", "4096")]).unwrap();
        assert!(found.max_threads > 4096);
    }

    #[test]
    #[cfg(unix)]
    fn a_value_that_is_no_text_is_bad_too() {
        use std::os::unix::ffi::OsStringExt;
        let value = OsString::from_vec(vec![b'1', 0xff]);
        let mut variables = Variables::new([("CGOCALL_PROCS".into(), value)]);
        let errors = Config::new(Program::default(), &mut variables).unwrap_err();
        assert_eq!(
            errors,
            ["CGOCALL_PROCS is `1\u{fffd}`: it must be a number from 1 to 4096"]
        );
    }

    #[test]
    fn variables_that_nobody_reads_are_told() {
        let set = |name: &str| (OsString::from(name), OsString::from("1"));
        let names = [
            "CGOCALL_PROC",
            "CGOCALL_PROCS",
            "CGOCALL_OUT_DIR",
            "CGOCALL_COLOUR",
            "HOME",
        ];
        let mut variables = Variables::new(names.map(set));
        Config::new(Program::default(), &mut variables).unwrap();
        let [near, far] = &variables.warnings()[..] else {
            panic!("{:?}", variables.warnings());
        };
        assert_eq!(
            near,
            "there is no variable CGOCALL_PROC, so it does nothing: did you mean CGOCALL_PROCS?"
        );
        assert!(far.starts_with(
            "there is no variable CGOCALL_COLOUR, so it does nothing: there are CGOCALL_PROCS, "
        ));
    }
}
