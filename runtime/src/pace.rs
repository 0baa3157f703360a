//! Pace: how many helpers a line of calls is worth, by how it moves.
//!
//! A thread is not free: it takes some 100 us of a processor to create, and memory for as long as it is there. With `h`
//! helpers, all busy, and calls of `m` on average, a line of `n` is served in `n * m / h`; one helper more makes that
//! less by `n * m / h^2`. A further one is worth it while that is more than [`PRICE`], so there are to be
//! `sqrt(n * m / PRICE)`; or `n * m / WAIT` if that is more, since a line is not to take much longer than [`WAIT`] while
//! there can be threads. The first few are worth it in any case: whoever makes a few calls does not wait for what is about
//! to be learnt.
//!
//! `m` is not measured call by call, since those that matter most are not over yet. It is the time that the helpers have
//! had, by the number of calls that have ended meanwhile: calls that do not end make it grow as time goes by. Of the past,
//! the last turn counts as much as all before. Where other programs have the processors for a while calls look longer than
//! they are; so the last turn alone counts if it looks better.
//!
//! Where no call has ended for a whole turn, none may end before one that stands in line has begun: C code waits for what
//! another call does. Or all take long. Either way twice as many helpers are worth it from then on, so those in line get
//! theirs after a few turns, whatever they wait for: 500 after four.
//!
//! A turn takes [`TURN`], and [`LOOKS`] looks: where who looks gets no processor, the calls get none to end either.

use std::time::{Duration, Instant};

/// What one thread more must save of the time that the line waits.
const PRICE: Duration = Duration::from_millis(1);
/// So long a line may take whatever it costs to be faster.
const WAIT: Duration = Duration::from_millis(60);
const TURN: Duration = Duration::from_millis(1);
const LOOKS: u32 = 4;

pub(crate) struct Pace {
    /// So many are worth it always.
    few: usize,
    /// So many are worth it, as far as is known.
    goal: usize,
    turn: Option<Turn>,
    /// The seconds that helpers had, and the calls that ended in them.
    time: f64,
    ended: f64,
}

struct Turn {
    since: Instant,
    looks: u32,
    /// How many calls had ended before.
    ended: u64,
}

/// A line, and who serves it.
pub(crate) struct Line {
    /// How many calls stand in it.
    pub(crate) length: usize,
    /// How many helpers there are, without those that are not there yet.
    pub(crate) helpers: usize,
    /// How many calls have ended, ever.
    pub(crate) ended: u64,
}

impl Pace {
    pub(crate) fn new(few: usize) -> Pace {
        Pace {
            few,
            goal: few,
            turn: None,
            time: 0.0,
            ended: 0.0,
        }
    }

    /// So many helpers are worth it.
    pub(crate) fn goal(&self) -> usize {
        self.goal
    }

    /// The line is empty: the next one may be of other calls.
    pub(crate) fn forget(&mut self) {
        *self = Pace::new(self.few);
    }

    /// Looks at a line that is not empty.
    pub(crate) fn look(&mut self, now: Instant, line: &Line) {
        let new = Turn {
            since: now,
            looks: 0,
            ended: line.ended,
        };
        let turn = self.turn.get_or_insert(new);
        turn.looks += 1;
        let time = now - turn.since;
        if turn.looks <= LOOKS || time < TURN {
            return;
        }
        let ended = line.ended - turn.ended;
        *turn = Turn {
            since: now,
            looks: 1,
            ended: line.ended,
        };
        let (time, ended_now) = (time.as_secs_f64() * line.helpers as f64, ended as f64);
        self.time = self.time / 2.0 + time;
        self.ended = self.ended / 2.0 + ended_now;
        let twice = 2 * line.helpers;
        let goal = if ended == 0 {
            twice
        } else {
            let mean = (self.time / self.ended).min(time / ended_now);
            let work = line.length as f64 * mean;
            let worth = (work / PRICE.as_secs_f64()).sqrt();
            let worth = worth.max(work / WAIT.as_secs_f64());
            // What has been seen in one turn may be chance.
            twice.min(worth as usize)
        };
        self.goal = goal.max(self.few);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEW: usize = 32;
    /// One thread is created after the other.
    const CREATION: Duration = Duration::from_micros(50);
    const LOOK: Duration = Duration::from_micros(250);

    /// Calls that stand in line from the beginning, and what became of them.
    struct Burst {
        line: usize,
        /// When those that are served end.
        ends: Vec<Duration>,
        /// How many helpers there were, at each moment.
        helpers: Vec<usize>,
    }

    impl Burst {
        fn helpers_after(&self, time: Duration) -> usize {
            self.helpers[(time.as_micros() / CREATION.as_micros()) as usize]
        }

        fn lasted(&self) -> Duration {
            CREATION * self.helpers.len() as u32
        }
    }

    /// Serves so many calls, each of which takes what `takes` says.
    fn serve(calls: usize, takes: impl Fn(usize) -> Duration) -> Burst {
        let start = Instant::now();
        let mut pace = Pace::new(FEW);
        let mut burst = Burst {
            line: calls,
            ends: Vec::new(),
            helpers: Vec::new(),
        };
        let (mut helpers, mut ended, mut now) = (0, 0, Duration::ZERO);
        while ended < calls as u64 {
            helpers += usize::from(burst.line != 0 && helpers < pace.goal());
            let before = burst.ends.len();
            burst.ends.retain(|end| *end > now);
            ended += (before - burst.ends.len()) as u64;
            while burst.line != 0 && burst.ends.len() < helpers {
                burst.ends.push(now + takes(calls - burst.line));
                burst.line -= 1;
            }
            burst.helpers.push(helpers);
            let is_time = now.as_micros().is_multiple_of(LOOK.as_micros());
            if is_time && burst.line != 0 && helpers >= pace.goal() {
                let line = Line {
                    length: burst.line,
                    helpers,
                    ended,
                };
                pace.look(start + now, &line);
            }
            now += CREATION;
            assert!(now < Duration::from_secs(10), "{helpers} helpers for ever");
        }
        burst
    }

    #[test]
    fn short_calls_are_not_worth_a_thread_each() {
        let burst = serve(2_000, |_| Duration::from_millis(1));
        let helpers = burst.helpers_after(burst.lasted() - CREATION);
        assert!((33..64).contains(&helpers), "{helpers}");
        assert!(burst.lasted() < Duration::from_millis(60));
        let burst = serve(2_000, |_| Duration::from_micros(100));
        assert_eq!(burst.helpers_after(burst.lasted() - CREATION), FEW);
    }

    #[test]
    fn a_line_is_not_to_take_long() {
        let burst = serve(2_000, |_| Duration::from_millis(10));
        assert!(burst.lasted() < Duration::from_millis(100));
    }

    #[test]
    fn calls_that_take_long_have_their_threads_soon() {
        let burst = serve(64, |_| Duration::from_millis(100));
        assert_eq!(burst.helpers_after(Duration::from_millis(6)), 64);
        let burst = serve(500, |_| Duration::from_secs(1));
        assert_eq!(burst.helpers_after(Duration::from_millis(30)), 500);
    }

    /// The last in line is the one that the others wait for.
    #[test]
    fn where_nothing_moves_more_are_worth_it() {
        for calls in [FEW + 1, 100, 1_000] {
            let (last, short) = (calls - 1, Duration::from_millis(1));
            let burst = serve(calls, |i| if i == last { short } else { 100 * short });
            assert_eq!(burst.helpers_after(80 * short), calls);
        }
    }

    /// Some calls do not end, and those that do are short: the line moves.
    #[test]
    fn calls_that_do_not_end_are_counted() {
        let (long, short) = (Duration::from_secs(1), Duration::from_millis(1));
        let all_short = serve(1_000, |_| short);
        let some = serve(1_000, |i| if i < FEW - 4 { long } else { short });
        let after = 30 * short;
        assert!(some.helpers_after(after) > all_short.helpers_after(after) + 8);
    }

    #[test]
    fn the_next_line_is_another() {
        let now = Instant::now();
        let mut pace = Pace::new(FEW);
        let line = Line {
            length: 100,
            helpers: FEW,
            ended: 0,
        };
        for look in 0..=LOOKS {
            assert_eq!(pace.goal(), FEW);
            pace.look(now + look * TURN, &line);
        }
        assert_eq!(pace.goal(), 2 * FEW);
        pace.forget();
        pace.look(now + 10 * TURN, &line);
        assert_eq!(pace.goal(), FEW);
    }
}
