package main

// #cgo LDFLAGS: -lsqlite3 -lm -lpthread
// #include <sqlite3.h>
// #include <stdlib.h>
//
// // SQLite makes a copy, so that Go's own bytes will do.
// static int bind_blob(sqlite3_stmt *statement, int at, const void *bytes, sqlite3_uint64 length) {
// 	return sqlite3_bind_blob64(statement, at, length ? bytes : "", length, SQLITE_TRANSIENT);
// }
import "C"

import (
	"strconv"
	"unsafe"
)

type database struct{ c *C.sqlite3 }

// A statement of SQLite's, compiled once and run often.
type statement struct{ c *C.sqlite3_stmt }

// What went wrong, in SQLite's own words.
type failure string

func (f failure) Error() string { return string(f) }

func check(code C.int) error {
	if code == C.SQLITE_OK {
		return nil
	}
	return failure(C.GoString(C.sqlite3_errstr(code)))
}

func withC(text string, f func(text *C.char)) {
	copied := C.CString(text)
	defer C.free(unsafe.Pointer(copied))
	f(copied)
}

func open(path string, cache int) (*database, error) {
	db := new(database)
	var err error
	withC(path, func(path *C.char) {
		err = check(C.sqlite3_open_v2(path, &db.c, C.SQLITE_OPEN_READWRITE|C.SQLITE_OPEN_CREATE|C.SQLITE_OPEN_NOMUTEX, nil))
	})
	if err != nil {
		return nil, err
	}
	C.sqlite3_busy_timeout(db.c, 10_000)
	return db, db.execute("PRAGMA cache_size = -" + strconv.Itoa(cache))
}

func (db *database) execute(sql string) (err error) {
	withC(sql, func(sql *C.char) { err = check(C.sqlite3_exec(db.c, sql, nil, nil, nil)) })
	return err
}

func (db *database) autocommit() bool { return C.sqlite3_get_autocommit(db.c) != 0 }

// Unless something has gone wrong already.
func (db *database) prepare(sql string, before error) (*statement, error) {
	if before != nil {
		return nil, before
	}
	s := new(statement)
	var err error
	withC(sql, func(sql *C.char) {
		err = check(C.sqlite3_prepare_v3(db.c, sql, -1, C.SQLITE_PREPARE_PERSISTENT, &s.c, nil))
	})
	return s, err
}

func (db *database) number(sql string) (int64, error) {
	s, err := db.prepare(sql, nil)
	if err != nil {
		return 0, err
	}
	defer C.sqlite3_finalize(s.c)
	_, err = s.step()
	return s.column(0), err
}

// Whether there is one more row.
func (s *statement) step() (bool, error) {
	switch code := C.sqlite3_step(s.c); code {
	case C.SQLITE_ROW:
		return true, nil
	case C.SQLITE_DONE:
		return false, nil
	default:
		return false, check(code)
	}
}

// Runs what has no rows and no parameters.
func (s *statement) run() error {
	defer s.reset()
	_, err := s.step()
	return err
}

// It is over, and its parameters are forgotten. (The error of the last step, which this repeats, has been told.)
func (s *statement) reset() {
	C.sqlite3_reset(s.c)
	C.sqlite3_clear_bindings(s.c)
}

// What is bound has a place in the statement, so that this does not fail but for memory; then it is null, and NOT NULL fails.
func (s *statement) bindInteger(at int, value int64) {
	C.sqlite3_bind_int64(s.c, C.int(at), C.sqlite3_int64(value))
}

func (s *statement) bindOption(at int, value *int64) {
	if value == nil {
		C.sqlite3_bind_null(s.c, C.int(at))
	} else {
		s.bindInteger(at, *value)
	}
}

func (s *statement) bindBytes(at int, value []byte) {
	C.bind_blob(s.c, C.int(at), unsafe.Pointer(unsafe.SliceData(value)), C.sqlite3_uint64(len(value)))
}

func (s *statement) column(at int) int64 { return int64(C.sqlite3_column_int64(s.c, C.int(at))) }

func (s *statement) columnOption(at int) *int64 {
	if C.sqlite3_column_type(s.c, C.int(at)) == C.SQLITE_NULL {
		return nil
	}
	value := s.column(at)
	return &value
}

// They are SQLite's, until the next step.
func (s *statement) columnBytes(at int) []byte {
	bytes := (*byte)(C.sqlite3_column_blob(s.c, C.int(at)))
	return unsafe.Slice(bytes, int(C.sqlite3_column_bytes(s.c, C.int(at))))
}
