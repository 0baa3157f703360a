#ifndef DATABASE_H
#define DATABASE_H

#include <sqlite3.h>

/* What is the same for all who call SQLite themselves: how a database is opened, and that SQLite copies a text. NULL
   where it fails. */

static inline sqlite3 *open_in_memory(void) {
	sqlite3 *db;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
	if (sqlite3_open_v2(":memory:", &db, flags, 0) == SQLITE_OK)
		return db;
	sqlite3_close_v2(db);
	return 0;
}

static inline int execute(sqlite3 *db, const char *sql) { return sqlite3_exec(db, sql, 0, 0, 0); }

static inline sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
	sqlite3_stmt *statement;
	sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, 0);
	return statement;
}

static inline int bind_text(sqlite3_stmt *statement, int at, const char *text, sqlite3_uint64 length) {
	return sqlite3_bind_text64(statement, at, text, length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

#endif
