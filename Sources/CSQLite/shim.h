#ifndef TICKERS_CSQLITE_SHIM_H
#define TICKERS_CSQLITE_SHIM_H

#include <sqlite3.h>

// Swift does not call C functions with a variable number of arguments, so each way in which one is called has a name here.

/// sqlite3_db_config for the switches that take an int and answer with their state.
static inline int tickers_sqlite_switch(sqlite3 *connection, int option, int is_on) {
    return sqlite3_db_config(connection, option, is_on, (int *)0);
}

#endif
