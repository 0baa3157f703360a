//! Functions, aggregates and collations of SQL, in Rust.

use crate::ffi::constant::SQLITE_UTF8;
use crate::ffi::*;
use crate::value::{FromValue, ToValue, Value};
use crate::{Connection, Result};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::ffi::c_int;
use std::sync::{Arc, Mutex, MutexGuard};

/// Why a function has failed: SQL's error is what it says of itself.
pub type Failure = Box<dyn std::error::Error>;

/// The arguments that a function is called with.
pub struct Arguments<'a>(&'a [*mut Argument]);

impl<'a> Arguments<'a> {
    /// How many there are.
    #[expect(clippy::len_without_is_empty, reason = "who declares it knows")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// One of them, as a `T`. One that is not there is NULL.
    pub fn get<T: FromValue<'a>>(&self, index: usize) -> Result<T> {
        // SAFETY: SQLite passes values, none of them null, and they are there until the function returns.
        let argument = self.0.get(index).map(|argument| unsafe { &**argument });
        let value = argument.map_or(Ok(Value::Null), Value::of_argument);
        value?.get("argument", index)
    }
}

/// What SQL computes from many rows.
pub trait Aggregate: Send + 'static {
    /// What comes of it.
    type Output: ToValue;

    /// Takes a row into account.
    fn step(&mut self, arguments: &Arguments<'_>) -> Result<(), Failure>;

    /// What comes of all.
    fn end(self) -> Result<Self::Output, Failure>;
}

/// If what they are given panics, the statement fails, and the panic goes on in whoever runs it.
impl Connection {
    /// Lets SQL call `function`, under `name`, with so many arguments; of -1, with any.
    pub fn function<T: ToValue>(
        &self,
        name: &str,
        arguments: c_int,
        mut function: impl FnMut(&Arguments<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<()> {
        let call = move |context: &mut Context, arguments: &[*mut Argument]| {
            give(context, function(&Arguments(arguments)));
        };
        create_function(self.db(), name, arguments, SQLITE_UTF8, call, None, None)
            .map_err(|error| self.error(error))
    }

    /// Lets SQL aggregate rows under `name`: of each group with another one that `new` makes.
    pub fn aggregate<A: Aggregate>(
        &self,
        name: &str,
        arguments: c_int,
        new: impl Fn() -> A + Send + Sync + 'static,
    ) -> Result<()> {
        let groups = Arc::new(Groups {
            new,
            open: Mutex::default(),
        });
        let stepped = Arc::clone(&groups);
        let step = move |context: &mut Context, arguments: &[*mut Argument]| {
            let (group, mut aggregate) = stepped.take(context);
            let done = aggregate.step(&Arguments(arguments));
            stepped.lock().insert(group, aggregate);
            if let Err(failure) = done {
                fail(context, &failure);
            }
        };
        let end = move |context: &mut Context| {
            let (_, aggregate) = groups.take(context);
            give(context, aggregate.end());
        };
        create_aggregate(self.db(), name, arguments, SQLITE_UTF8, None, step, end)
            .map_err(|error| self.error(error))
    }

    /// Lets SQL order texts by `compare`, under `name`.
    pub fn collation(
        &self,
        name: &str,
        compare: impl Fn(&str, &str) -> Ordering + Send + Sync + 'static,
    ) -> Result<()> {
        let compare = move |a: &[u8], b: &[u8]| {
            compare(&String::from_utf8_lossy(a), &String::from_utf8_lossy(b)) as c_int
        };
        sqlite3_create_collation_v2(self.db(), name, SQLITE_UTF8, compare)
            .map_err(|error| self.error(error))
    }
}

/// The groups that an aggregate has not done with. SQLite would have a place in its memory for each: its address is as good
/// as a name.
struct Groups<N, A> {
    new: N,
    open: Mutex<HashMap<usize, A>>,
}

impl<N: Fn() -> A, A> Groups<N, A> {
    fn lock(&self) -> MutexGuard<'_, HashMap<usize, A>> {
        self.open.lock().expect("nobody panics with it")
    }

    /// Taken out: an aggregate may take its time, and the lock is its thread's.
    fn take(&self, context: &mut Context) -> (usize, A) {
        let group = sqlite3_aggregate_context(context, 1).addr();
        let open = self.lock().remove(&group);
        (group, open.unwrap_or_else(&self.new))
    }
}

fn give<T: ToValue>(context: &mut Context, done: Result<T, Failure>) {
    match done {
        Ok(value) => value.to_value().return_from(context),
        Err(failure) => fail(context, &failure),
    }
}

fn fail(context: &mut Context, failure: &Failure) {
    sqlite3_result_error(context, failure.to_string().as_bytes());
}
