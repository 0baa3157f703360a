//! What the C compiler finds: only names are written here.

use cgocall::cgo_import;

/// What `c/found.h` declares.
#[cgo_import(include = "c/found.h", source = "c/found.c")]
pub mod found {
    use std::ffi::c_int;

    use C::{FOUND_ANSWER, FOUND_BIG, FOUND_HALF, FOUND_LETTER, FOUND_NAME, FOUND_THIRD};
    use C::{found_after_nothing, found_empty};
    use C::{
        found_aligned, found_both, found_color, found_id, found_node, found_packed, found_point,
    };
    use C::{found_banner, found_bump, found_counter, found_open, found_scale, found_size};
    use C::{found_flags, found_flags_sum, found_nested, found_nested_sum};
    use C::{found_sum, found_swap, found_walk as walk, found_word};

    use C::{found_atomic, found_holds, found_holds_size, found_name, found_name_of, found_rest};
    use C::{found_chosen, found_each, found_first, found_visit, found_visitor};
    use C::{found_hidden, found_hidden_sum, found_taken, found_taken_sum, found_texts};
    use C::{found_value, found_words, found_words_sum, struct_found_name};
    // Evaluated at each use: a macro, a variable of each thread, one that no other file sees.
    use C::{FOUND_SUM, found_inside, found_labelled, found_own};

    /// A square.
    fn FOUND_SQUARE(x: c_int) -> c_int;
    /// Sets the counter to zero.
    fn FOUND_FORGET(x: c_int);
    /// The sum of three.
    #[cgo(c = "found_add")]
    fn add_three(count: c_int, one: c_int, two: c_int, three: c_int) -> c_int;

    /// What is not C's stays as it is.
    pub fn answer() -> i32 {
        FOUND_ANSWER + 1
    }
}

/// The same header again, in another context, from further down.
pub mod deeper {
    use cgocall::cgo_import;

    /// The same, after another header.
    #[cgo_import(include = "stdio.h", include = "c/found.h")]
    pub mod again {
        use C::{found_both, found_node as Node, found_size as size};
        // cgo's way to say which of the two is meant.
        #[cgo(rust_enum)]
        use C::found_power as Power;
        use C::struct_found_packed;
        // As the header has them.
        pub(crate) use C::{FOUND_GREEN, FOUND_LAST};
    }

    /// A constant of the crate alone.
    pub fn last() -> i32 {
        again::FOUND_LAST + again::FOUND_GREEN
    }
}

/// Two modules of one text.
pub mod twice {
    /// The first.
    pub mod one {
        /// What C has.
        #[cgocall::cgo_import(include = "c/found.h", define = "TWICE")]
        pub mod z {
            use C::{found_both, found_node, found_open};
        }
    }
    /// The second, deeper.
    pub mod two {
        /// On the way.
        pub mod three {
            /// What C has.
            #[cgocall::cgo_import(include = "c/found.h", define = "TWICE")]
            pub mod z {
                use C::{found_both, found_node, found_open};
            }
        }
    }
}

/// Structs of one name that have nothing to do with each other.
pub mod secrets {
    use cgocall::cgo_import;

    /// One that only its library knows.
    #[cgo_import(preamble = r#"
        struct found_secret;
        static inline struct found_secret *found_one(void) { return 0; }
    "#)]
    pub mod one {
        use C::found_one as get;
    }
    /// Another.
    #[cgo_import(preamble = r#"
        struct found_secret;
        static inline struct found_secret *found_other(void) { return 0; }
    "#)]
    pub mod other {
        use C::found_other as get;
    }

    /// What only one type can have.
    pub trait Secret {
        /// Which of the two it is.
        const NUMBER: i32;
    }
    impl Secret for one::C::found_secret {
        const NUMBER: i32 = 1;
    }
    impl Secret for other::C::found_secret {
        const NUMBER: i32 = 2;
    }
}

/// What C calls back.
#[cgocall::cgo_export(private)]
fn add(x: std::ffi::c_int, context: *mut std::ffi::c_void) -> std::ffi::c_int {
    // SAFETY: `each` passes a number.
    x + unsafe { *context.cast::<i32>() }
}

/// Of each number below `count`, itself and `more`, through callbacks of both kinds.
pub fn each(count: i32, more: i32) -> (i32, i32) {
    let mut more = more;
    let context = (&raw mut more).cast();
    // SAFETY: `add` gets its number.
    unsafe {
        (
            found::found_each(count, Some(found::found_visit::from_fn(add::C)), context),
            found::found_first(Some(add::C), context),
        )
    }
}

/// Names that a function keeps to itself.
pub fn green() -> i32 {
    #[cgo_import(include = "c/found.h")]
    mod local {
        use C::{FOUND_GREEN, found_point};
    }
    let point = local::found_point { x: 1.0, y: 2.0 };
    local::FOUND_GREEN + point.y as i32
}
