use cgocall::{Callback, DropUserData, UserData, cgo_export, cgo_import};
use std::ffi::{CStr, c_int, c_void};

#[cgo_import]
unsafe extern "C" {
    safe fn without_user_data(f: impl FnMut(c_int) -> c_int, _: UserData);
    safe fn without_the_parameter(f: impl FnMut(c_int, UserData) -> c_int);
    safe fn without_a_closure(n: c_int, _: UserData);
    safe fn without_a_closure_to_drop(n: c_int, _: DropUserData);
    safe fn two_for_three(
        f: impl FnMut(UserData),
        _: UserData,
        g: impl FnMut(UserData),
        _: UserData,
        h: impl FnMut(UserData),
    );
    safe fn two_in_one(f: impl FnMut(UserData, c_int, UserData), _: UserData);
    safe fn two_destructors(f: impl FnMut(UserData) + Send + 'static, _: UserData, _: DropUserData, _: DropUserData);
    safe fn once(f: impl FnOnce(UserData), _: UserData);
    safe fn other_trait(f: impl Iterator<Item = c_int>, _: UserData);
    safe fn without_arguments(f: impl FnMut, _: UserData);
    safe fn mutable_by_shared_reference(f: &dyn FnMut(UserData), _: UserData);
    safe fn named(f: impl for<'a> FnMut(&'a CStr, UserData), _: UserData);
    safe fn lent_for_ever(f: impl FnMut(&'static CStr, UserData), _: UserData);
    safe fn a_text_of_rusts(f: impl FnMut(&std::path::Path, UserData), _: UserData);
    safe fn an_errno(f: impl FnMut(UserData) -> Result<c_int, cgocall::Errno>, _: UserData);
    safe fn nested(f: impl FnMut(&dyn Fn(UserData), UserData), _: UserData);
    #[cgo(blocking)]
    safe fn elsewhere(f: impl FnMut(UserData), _: UserData);
    #[cgo(blocking)]
    safe fn shared_elsewhere(f: &dyn Fn(UserData), _: UserData);
    fn returned() -> impl FnMut(c_int);
    static STATIC: impl FnMut(c_int);
}

#[cgo_import]
unsafe extern "C" {
    safe fn kept_without_a_destructor(f: impl FnMut(UserData) + Send + 'static, _: UserData);
    safe fn borrowed_with_a_destructor(f: impl FnMut(UserData), _: UserData, _: DropUserData);
    safe fn a_reference_that_is_kept(f: &mut (dyn FnMut(UserData) + Send + 'static), _: UserData, _: DropUserData);
    safe fn kept_not_send(f: impl FnMut(UserData) + 'static, _: UserData, _: DropUserData);
    safe fn kept_not_sync(f: impl Fn(UserData) + Send + 'static, _: UserData, _: DropUserData);
    safe fn callback_by_value(f: Callback<dyn FnMut(UserData) + Send>, _: UserData);
    safe fn callback_not_send(f: &Callback<dyn FnMut(UserData)>, _: UserData);
    safe fn callback_not_sync(f: &Callback<dyn Fn(UserData) + Send>, _: UserData);
    safe fn callback_of_what(f: &Callback<c_int>, _: UserData);
    safe fn callback_with_a_destructor(f: &Callback<dyn FnMut(UserData) + Send>, _: UserData, _: DropUserData);
    safe fn callbacks_that_share(
        f: &Callback<dyn FnMut(UserData) + Send>,
        g: &Callback<dyn FnMut(UserData) + Send>,
        _: UserData,
    );
    safe fn asked_for_and_passed(#[cgo(user_data = get)] f: impl FnMut(c_int, UserData), _: UserData);
    safe fn asked_for_by_nothing(#[cgo(user_data = get)] f: impl FnMut(), _: UserData);
    safe fn no_closure(#[cgo(on_panic = 1, user_data = get)] n: c_int);
    safe fn no_result(#[cgo(on_panic = 1)] f: impl FnMut(UserData), _: UserData);
    safe fn drops_inside(f: impl FnMut(DropUserData), _: UserData);
    safe fn shared_but_mutable(f: impl FnMut(UserData) + Sync, _: UserData);
    safe fn sent_but_shared(f: impl Fn(UserData) + Send, _: UserData);
    safe fn boxed_for_the_call(f: Box<dyn FnMut(UserData) + Send>, _: UserData);
    safe fn boxed_not_send(f: Option<Box<dyn FnMut(UserData)>>, _: UserData, _: DropUserData);
}

#[cgo_import]
type Token = unsafe extern "C" fn(f: impl FnMut(UserData), data: UserData);

#[cgo_export]
fn exported(_f: impl FnMut(UserData), _data: UserData, _drop: DropUserData) {}

#[cgo_export]
fn alone(_data: UserData) {}

#[cgo_export(private)]
fn pointer(_f: extern "C" fn(UserData)) {}

fn main() {}

// Keeps: closures-without
