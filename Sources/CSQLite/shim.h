#ifndef TICKERS_CSQLITE_SHIM_H
#define TICKERS_CSQLITE_SHIM_H

#include <sqlite3.h>

// Swift does not call C functions with a variable number of arguments, so each way in which one is called has a name here.

/// sqlite3_db_config for the switches that take an int and answer with their state.
static inline int tickers_sqlite_switch(sqlite3 *connection, int option, int is_on) {
    return sqlite3_db_config(connection, option, is_on, (int *)0);
}

/// sqlite3_bind_text64 for UTF-8 that SQLite copies before it returns.
static inline int tickers_sqlite_bind_text(
    sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 size
) {
    return sqlite3_bind_text64(statement, index, text, size, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// sqlite3_bind_blob64 for bytes that SQLite copies before it returns.
static inline int tickers_sqlite_bind_blob(
    sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 size
) {
    return sqlite3_bind_blob64(statement, index, bytes, size, SQLITE_TRANSIENT);
}

// Swift does not see codes that are put together from others.
static const int tickers_sqlite_file_moved = SQLITE_READONLY_DBMOVED;

#endif
