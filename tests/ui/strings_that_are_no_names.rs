use cgocall::cgo_import;

#[cgo_import(include = "a.h", cflags = "-O2 @flags")]
unsafe extern "C" {
    safe fn arguments();
}

#[cgo_import(include = "a.h\n#include <b.h>")]
unsafe extern "C" {
    safe fn lines();
}

#[cgo_import(include = "a.h", link = "-Wl,-z,now", link = "z -lm")]
unsafe extern "C" {
    safe fn options();
}

#[cgo_import(include = "a.h", source = "@x.c")]
unsafe extern "C" {
    safe fn a_file_of_arguments();
}

#[cgo_import(include = "a.h", cflags = "'-DA=1")]
unsafe extern "C" {
    safe fn an_open_quote();
}

#[cgo_import(include = "a.h", define = "A\nB")]
unsafe extern "C" {
    safe fn lines_of_definitions();
}

#[cgo_import(include = "a\0.h")]
unsafe extern "C" {
    safe fn a_nul();
}

fn main() {}

// Keeps: refused-attributes
