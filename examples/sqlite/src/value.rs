//! What a column holds, a parameter gets, and a function takes and returns.

use crate::ffi::constant::{
    SQLITE_BLOB, SQLITE_FLOAT, SQLITE_INTEGER, SQLITE_MISMATCH, SQLITE_TEXT,
};
use crate::ffi::*;
use crate::{Error, Result};
use std::ffi::c_int;
use std::str;

/// A value of SQL.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'v> {
    /// NULL.
    Null,
    /// An integer.
    Integer(i64),
    /// A floating point number.
    Real(f64),
    /// A text.
    Text(&'v str),
    /// Bytes.
    Blob(&'v [u8]),
}

/// What can be a value.
pub trait ToValue {
    /// Is it.
    fn to_value(&self) -> Value<'_>;
}

/// What a value can be taken for.
pub trait FromValue<'v>: Sized {
    /// In words.
    const WHAT: &'static str;

    /// `None` where it is something else.
    fn from_value(value: Value<'v>) -> Option<Self>;
}

/// The values of a statement's parameters: a tuple of them, or a slice.
pub trait Params {
    /// Gives `bind` each of them.
    fn each(&self, bind: &mut dyn FnMut(Value<'_>) -> Result<()>) -> Result<()>;
}

impl<'v> Value<'v> {
    /// What stands in a column. Each is asked for by the type that it has, so SQLite makes no other of it, and what it lends
    /// stays where it is.
    pub(crate) fn of_column(statement: &'v Stmt, column: c_int) -> Result<Value<'v>> {
        Ok(match sqlite3_column_type(statement, column) {
            SQLITE_INTEGER => Value::Integer(sqlite3_column_int64(statement, column)),
            SQLITE_FLOAT => Value::Real(sqlite3_column_double(statement, column)),
            SQLITE_TEXT => Value::text(sqlite3_column_text(statement, column))?,
            SQLITE_BLOB => Value::Blob(sqlite3_column_blob(statement, column)),
            _ => Value::Null,
        })
    }

    /// The same of a function's argument.
    pub(crate) fn of_argument(argument: &'v Argument) -> Result<Value<'v>> {
        Ok(match sqlite3_value_type(argument) {
            SQLITE_INTEGER => Value::Integer(sqlite3_value_int64(argument)),
            SQLITE_FLOAT => Value::Real(sqlite3_value_double(argument)),
            SQLITE_TEXT => Value::text(sqlite3_value_text(argument))?,
            SQLITE_BLOB => Value::Blob(sqlite3_value_blob(argument)),
            _ => Value::Null,
        })
    }

    pub(crate) fn bind(self, statement: &mut Stmt, at: c_int) -> Result<()> {
        match self {
            Value::Null => sqlite3_bind_null(statement, at),
            Value::Integer(number) => sqlite3_bind_int64(statement, at, number),
            Value::Real(number) => sqlite3_bind_double(statement, at, number),
            Value::Text(text) => bind_text(statement, at, text.as_bytes()),
            Value::Blob(bytes) => bind_blob(statement, at, bytes),
        }
    }

    pub(crate) fn return_from(self, context: &mut Context) {
        match self {
            Value::Null => sqlite3_result_null(context),
            Value::Integer(number) => sqlite3_result_int64(context, number),
            Value::Real(number) => sqlite3_result_double(context, number),
            Value::Text(text) => result_text(context, text.as_bytes()),
            Value::Blob(bytes) => result_blob(context, bytes),
        }
    }

    /// SQL can make texts that are none.
    fn text(bytes: &[u8]) -> Result<Value<'_>> {
        str::from_utf8(bytes)
            .map(Value::Text)
            .map_err(|error| mismatch(format!("a text that is not UTF-8: {error}")))
    }

    /// As a `T`; `place` is where it stands.
    pub(crate) fn get<T: FromValue<'v>>(self, place: &str, index: usize) -> Result<T> {
        let what = match self {
            Value::Null => "NULL",
            Value::Integer(_) => "an integer",
            Value::Real(_) => "a number",
            Value::Text(_) => "a text",
            Value::Blob(_) => "a blob",
        };
        T::from_value(self)
            .ok_or_else(|| mismatch(format!("{place} {index} is {what}, not {}", T::WHAT)))
    }
}

fn mismatch(message: String) -> Error {
    Error {
        code: SQLITE_MISMATCH,
        message,
    }
}

macro_rules! values {
    ($($ty:ty, $what:literal, $self:ident => $to:expr, $from:pat => $value:expr;)*) => {$(
        impl ToValue for $ty {
            fn to_value(&self) -> Value<'_> {
                let $self = self;
                $to
            }
        }

        impl<'v> FromValue<'v> for $ty {
            const WHAT: &'static str = $what;

            fn from_value(value: Value<'v>) -> Option<Self> {
                match value {
                    $from => $value,
                    _ => None,
                }
            }
        }
    )*};
}

values! {
    i64, "an integer", n => Value::Integer(*n), Value::Integer(n) => Some(n);
    i32, "an integer of 32 bits", n => Value::Integer((*n).into()), Value::Integer(n) => n.try_into().ok();
    u32, "an integer of 32 bits", n => Value::Integer((*n).into()), Value::Integer(n) => n.try_into().ok();
    bool, "a truth value", n => Value::Integer((*n).into()), Value::Integer(n) => Some(n != 0);
    String, "a text", text => Value::Text(text), Value::Text(text) => Some(text.to_owned());
    Vec<u8>, "a blob", bytes => Value::Blob(bytes), Value::Blob(bytes) => Some(bytes.to_owned());
}

impl ToValue for f64 {
    fn to_value(&self) -> Value<'_> {
        Value::Real(*self)
    }
}

impl FromValue<'_> for f64 {
    const WHAT: &'static str = "a number";

    fn from_value(value: Value<'_>) -> Option<f64> {
        match value {
            Value::Real(number) => Some(number),
            Value::Integer(number) => Some(number as f64),
            _ => None,
        }
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl<'v> FromValue<'v> for &'v str {
    const WHAT: &'static str = "a text";

    fn from_value(value: Value<'v>) -> Option<&'v str> {
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl<'v> FromValue<'v> for &'v [u8] {
    const WHAT: &'static str = "a blob";

    fn from_value(value: Value<'v>) -> Option<&'v [u8]> {
        match value {
            Value::Blob(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl ToValue for Value<'_> {
    fn to_value(&self) -> Value<'_> {
        *self
    }
}

impl<'v> FromValue<'v> for Value<'v> {
    const WHAT: &'static str = "a value";

    fn from_value(value: Value<'v>) -> Option<Value<'v>> {
        Some(value)
    }
}

/// NULL is `None`.
impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

impl<'v, T: FromValue<'v>> FromValue<'v> for Option<T> {
    const WHAT: &'static str = T::WHAT;

    fn from_value(value: Value<'v>) -> Option<Option<T>> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value<'_> {
        (**self).to_value()
    }
}

impl<T: ToValue> Params for &[T] {
    fn each(&self, bind: &mut dyn FnMut(Value<'_>) -> Result<()>) -> Result<()> {
        self.iter().try_for_each(|value| bind(value.to_value()))
    }
}

macro_rules! tuples {
    ($($($name:ident)*;)*) => {$(
        impl<$($name: ToValue),*> Params for ($($name,)*) {
            #[allow(non_snake_case, reason = "a type and its value are called the same")]
            fn each(&self, _bind: &mut dyn FnMut(Value<'_>) -> Result<()>) -> Result<()> {
                let ($($name,)*) = self;
                $(_bind($name.to_value())?;)*
                Ok(())
            }
        }
    )*};
}

tuples! {
    ;
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}
