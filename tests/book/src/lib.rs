//! The book in `docs/`, followed as a reader would. What a page shows is one of these:
//!
//! | a block | what becomes of it |
//! |---|---|
//! | `rust` | a doctest of this crate |
//! | under `<!-- file PATH -->` | a file that the reader writes; under `<!-- append PATH -->` its end |
//! | `console` | what the reader types, after a `$`, and what is printed then. A line `..` stands for any lines, `[..]` for anything in one. Under `<!-- fails -->` the last command has to fail; under `<!-- needs COMMAND -->` it is skipped where that fails |
//! | under `<!-- from PATH -->` | lines of that file of the repository, `// ..` between them for some left out |
//! | under `<!-- not run: REASON -->` | just shown |
//! | `text` | just shown: no code |
//!
//! `<!-- new folder -->` begins anew, in an empty folder. Whatever else a page has in code fails its test.

pub mod page;
pub mod walk;

macro_rules! doctested {
    ($($name:ident $page:literal;)*) => {$(
        #[cfg(doctest)]
        #[doc = include_str!($page)]
        struct $name;
    )*};
}

doctested! {
    Callbacks "../../../docs/guides/callbacks.md";
    Blocking "../../../docs/guides/blocking.md";
    Tokio "../../../docs/guides/tokio.md";
    SpawnBlocking "../../../docs/from/spawn-blocking.md";
    Go "../../../docs/from/go.md";
}
