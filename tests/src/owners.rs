//! Things that C gives away, and that close themselves.

#![allow(missing_docs, reason = "what they do stands in C")]

use cgocall::{Errno, cgo_import};
use std::ffi::{c_int, c_long, c_void};

#[cgo_import(include = "c/owners.h", source = "c/owners.c")]
unsafe extern "C" {
    /// A thing, which its own thread closes.
    #[cgo(c = "struct owners_thing", drop = owners_close)]
    pub type Thing;

    #[cgo(c = "owners_open")]
    pub safe fn open(value: c_int, #[cgo(out)] thing: Thing) -> c_int;
    #[cgo(c = "owners_open")]
    pub safe fn open_if_any(value: c_int, #[cgo(out)] thing: Option<Thing>) -> c_int;
    #[cgo(c = "owners_open")]
    pub safe fn try_open(value: c_int, #[cgo(out)] thing: Thing) -> Result<c_int, Errno>;
    #[cgo(c = "owners_open_with")]
    pub fn open_with(
        f: extern "C" fn(*mut c_void) -> c_int,
        ctx: *mut c_void,
        #[cgo(out)] thing: Thing,
    ) -> c_int;
    #[cgo(c = "owners_new")]
    pub safe fn new(value: c_int) -> Thing;
    #[cgo(c = "owners_new")]
    pub safe fn new_if_any(value: c_int) -> Option<Thing>;
    #[cgo(c = "owners_new")]
    pub safe fn try_new(value: c_int) -> Result<Thing, Errno>;
    #[cgo(c = "owners_new_late", fails = errno)]
    pub safe fn new_late(value: c_int) -> Result<Thing, Errno>;
    #[cgo(c = "owners_new_late", fails = errno)]
    pub safe fn new_late_if_any(value: c_int) -> Result<Option<Thing>, Errno>;
    #[cgo(c = "owners_new_never", fails = errno)]
    pub fn new_never(
        f: extern "C" fn(*mut c_void) -> c_int,
        ctx: *mut c_void,
    ) -> Result<Thing, Errno>;
    #[cgo(c = "owners_new_with")]
    pub fn new_with(f: extern "C" fn(*mut c_void) -> c_int, ctx: *mut c_void) -> Thing;
    #[cgo(c = "owners_new_with")]
    pub fn new_with_if_any(
        f: extern "C" fn(*mut c_void) -> c_int,
        ctx: *mut c_void,
    ) -> Result<Option<Thing>, Errno>;
    #[cgo(c = "owners_next")]
    pub safe fn next(thing: Option<&mut Thing>) -> Result<Option<Thing>, Errno>;
    #[cgo(c = "owners_value")]
    pub safe fn value(thing: &Thing) -> c_int;
    #[cgo(c = "owners_value")]
    pub safe fn value_if_any(thing: Option<&Thing>) -> c_int;
    #[cgo(c = "owners_join")]
    pub safe fn join(a: Thing, b: Option<Thing>) -> Thing;
    pub safe fn owners_close(thing: Thing) -> c_int;

    /// The same to whom it never matters which thread has it.
    #[cgo(c = "struct owners_thing", drop = close_slowly, send, sync)]
    pub type Anywhere;

    #[cgo(c = "owners_new", blocking)]
    pub safe fn new_anywhere(value: c_int) -> Anywhere;
    #[cgo(c = "owners_open", blocking)]
    pub safe fn open_anywhere(
        value: c_int,
        #[cgo(out)] thing: Option<Anywhere>,
    ) -> Result<c_int, Errno>;
    #[cgo(c = "owners_value", blocking)]
    pub safe fn value_anywhere(thing: &Anywhere) -> c_int;
    #[cgo(c = "owners_close_slowly", blocking)]
    fn close_slowly(thing: Option<Anywhere>) -> c_int;

    /// Only a pointer.
    #[cgo(c = "struct owners_thing")]
    pub type RawThing;

    /// Whoever closes it has to have it as a pointer.
    #[cgo(c = "struct owners_thing", drop = close_raw)]
    pub type ByPointer;
    #[cgo(c = "owners_new")]
    pub safe fn new_by_pointer(value: c_int) -> ByPointer;
    #[cgo(c = "owners_close")]
    fn close_raw(thing: *mut RawThing) -> c_int;
    #[cgo(c = "owners_value")]
    pub fn value_raw(thing: *const RawThing) -> c_int;

    /// To C it is a pointer by name.
    #[cgo(c = "owners_ticket", drop = owners_ticket_close)]
    pub type Ticket;
    #[cgo(fails = -1)]
    pub safe fn owners_ticket_new(value: c_int) -> Result<Ticket, Errno>;
    pub safe fn owners_ticket_find(
        value: c_int,
        #[cgo(out)] ticket: Option<Ticket>,
    ) -> Result<c_int, Errno>;
    pub safe fn owners_ticket_value(ticket: &Ticket) -> c_int;
    fn owners_ticket_close(ticket: Ticket) -> c_int;

    pub safe fn owners_closed(id: c_int) -> c_int;
    pub safe fn owners_closed_on() -> c_long;
}

/// Another block of the package has been told what a `Thing` is.
pub mod elsewhere {
    use super::{Thing, Ticket};
    use cgocall::cgo_import;
    use std::ffi::c_int;

    #[cgo_import(include = "c/owners.h")]
    unsafe extern "C" {
        #[cgo(c = "owners_add")]
        pub safe fn add(thing: &mut Thing, more: c_int);
        #[cgo(c = "owners_next")]
        pub safe fn next(thing: &super::Thing) -> Option<super::Thing>;
        #[cgo(c = "owners_ticket_value")]
        pub safe fn ticket_value(ticket: Option<&Ticket>) -> c_int;
    }
}

// Without a header.
#[cgo_import]
unsafe extern "C" {
    #[cgo(drop = free)]
    pub type Buffer;

    pub safe fn malloc(size: usize) -> Result<Buffer, Errno>;
    pub fn memset(buffer: &mut Buffer, with: c_int, size: usize) -> *mut c_void;
    fn free(buffer: *mut c_void);

    #[cgo(drop = closedir)]
    pub type Folder;

    pub safe fn opendir(path: &std::path::Path) -> Result<Folder, Errno>;
    pub safe fn dirfd(folder: &Folder) -> c_int;
    safe fn closedir(folder: Folder) -> c_int;
}
