//! What C returns through a pointer: out-parameters, and how much it has filled of a slice.

/// What C has put in its place, where something has to be.
///
/// # Panics
/// When C left NULL there.
#[inline]
pub fn out_there<T>(function: &str, parameter: &str, declared: &str, value: Option<T>) -> T {
    value.unwrap_or_else(|| left_null(function, parameter, declared))
}

#[cold]
fn left_null(function: &str, parameter: &str, declared: &str) -> ! {
    panic!(
        "`{function}` left NULL in `{parameter}`, but its import says `{declared}`; write `Option<{declared}>` if it may"
    )
}

/// How much of a slice C says that it has filled. It is a number: that so much is there nobody knows.
///
/// # Panics
/// Where it is negative.
#[inline]
pub fn filled(function: &str, parameter: &str, length: usize) -> usize {
    match isize::try_from(length) {
        Ok(_) => length,
        Err(_) => left_negative(function, parameter, length.cast_signed()),
    }
}

#[cold]
fn left_negative(function: &str, parameter: &str, length: isize) -> ! {
    panic!(
        "`{function}` left {length} for how much of `{parameter}` it has filled, where nothing can be so long"
    )
}

/// A constant of this type says whether all zeros are a value of `T`: rustc names the field that has none.
#[derive(Debug)]
pub struct Zeroes<T> {
    /// What a place is before C writes it; of what cannot be that, C is given a `&mut MaybeUninit<T>`.
    pub all_zeroes_or_else_mut_maybe_uninit: T,
}
