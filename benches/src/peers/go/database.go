package main

// #cgo LDFLAGS: -lsqlite3 -lm -lpthread
// #include "../../../c/database.h"
// #include <stdlib.h>
import "C"

import (
	"strings"
	"sync"
	"time"
	"unsafe"
)

// As in src/peers/sql.rs.
const (
	schema = `
		CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
		INSERT INTO word SELECT i, 'word ' || i FROM n;
		CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT);`
	insertItem = "INSERT INTO item (text) VALUES (?1)"
	selectWord = "SELECT text FROM word WHERE id = ?1"
	itemText   = "eleven byte"
)

type database struct {
	insert, read *C.sqlite3_stmt
}

func openDatabase() database {
	db := C.open_in_memory()
	withC(schema, func(sql *C.char) {
		if C.execute(db, sql) != C.SQLITE_OK {
			panic("the schema")
		}
	})
	prepare := func(sql string) (statement *C.sqlite3_stmt) {
		withC(sql, func(sql *C.char) { statement = C.prepare(db, sql) })
		if statement == nil {
			panic("a statement")
		}
		return statement
	}
	return database{prepare(insertItem), prepare(selectWord)}
}

func withC(text string, f func(text *C.char)) {
	copied := C.CString(text)
	defer C.free(unsafe.Pointer(copied))
	f(copied)
}

func (db database) insertOne(piece int) {
	text := itemText
	// SQLite copies it, so that Go's own bytes will do.
	bytes := (*C.char)(unsafe.Pointer(unsafe.StringData(text)))
	if C.bind_text(db.insert, 1, bytes, C.sqlite3_uint64(len(text))) != C.SQLITE_OK {
		panic("bind")
	}
	if C.sqlite3_step(db.insert) != C.SQLITE_DONE {
		panic("insert")
	}
	C.sqlite3_reset(db.insert)
}

func (db database) readOne(piece int) {
	id := int64(uint32(piece)*2_654_435_761>>16)%1000 + 1
	C.sqlite3_bind_int64(db.read, 1, C.sqlite3_int64(id))
	if C.sqlite3_step(db.read) != C.SQLITE_ROW {
		panic("read")
	}
	bytes := (*C.char)(unsafe.Pointer(C.sqlite3_column_text(db.read, 0)))
	text := C.GoStringN(bytes, C.sqlite3_column_bytes(db.read, 0))
	if !strings.HasPrefix(text, "word") {
		panic(text)
	}
	C.sqlite3_reset(db.read)
}

// They stay open from one round to the next.
var databases []database

// So many pieces, by so many goroutines, each with a database of its own.
func among(goroutines int, piece func(db database, i int)) func(n int) []time.Duration {
	return func(n int) []time.Duration {
		for len(databases) < goroutines {
			databases = append(databases, openDatabase())
		}
		start := time.Now()
		var wg sync.WaitGroup
		for hand, db := range databases[:goroutines] {
			share := n / goroutines
			if hand < n%goroutines {
				share++
			}
			wg.Go(func() {
				for i := range share {
					piece(db, i)
				}
			})
		}
		wg.Wait()
		return []time.Duration{time.Since(start)}
	}
}
