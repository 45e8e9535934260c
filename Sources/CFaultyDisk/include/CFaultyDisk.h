#ifndef TICKERS_FAULTY_DISK_H
#define TICKERS_FAULTY_DISK_H

#include <stdint.h>

// A disk in memory, as a VFS of SQLite's, that loses power where it is told to.
//
// What a write, a truncation or a deletion has done is certain only after a sync. At a loss of power each unsynced write is
// kept, dropped or torn at sectors of 512 bytes, each unsynced truncation kept or dropped, in any subset and each for itself, as
// a seed decides. Bytes beside a write are never harmed, which is what SQLite expects of a disk (powersafe overwrite).
//
// The name of a new file is certain once that file has been synced, which syncs its folder too, as SQLite does for its logs and
// the store for the database. A deletion is certain at once where SQLite asks for the folder to be synced, else at the next
// sync of the folder; until then the file may come back.
//
// Every function may be called on any thread: a disk has one lock.

typedef struct tickers_disk tickers_disk;

/// Makes a disk, whose name is the VFS's name; NULL where there is no memory, or the name is in use.
tickers_disk *tickers_disk_create(const char *name);
/// Takes the VFS out of SQLite's list. What is still open keeps the disk until it is closed.
void tickers_disk_destroy(tickers_disk *disk);

/// The writes, syncs, truncations and deletions of named files so far.
int64_t tickers_disk_operations(tickers_disk *disk);
/// Cuts the power at the given operation from now on, 1 being the next: it fails, with its effect unsynced, and everything
/// after it fails. Zero takes the plan back.
void tickers_disk_lose_power_at(tickers_disk *disk, int64_t operation);
/// Whether the power is gone.
int tickers_disk_is_off(tickers_disk *disk);
/// Power comes back, and the seed decides what has become of everything unsynced. What was open stays broken.
/// Returns 0, or 1 where there was no memory.
int tickers_disk_reboot(tickers_disk *disk, uint64_t seed);

/// Bounds the bytes of all files together; beyond it writes find the disk full. Below zero there is no bound.
void tickers_disk_set_capacity(tickers_disk *disk, int64_t bytes);

/// Makes each sync take so many microseconds from now on. The thread that syncs waits; nobody else does.
void tickers_disk_set_sync_delay(tickers_disk *disk, int64_t microseconds);
/// The syncs so far that have reached the disk.
int64_t tickers_disk_syncs(tickers_disk *disk);
/// Those of them that have waited out their delay.
int64_t tickers_disk_delayed_syncs(tickers_disk *disk);

/// The size of a file, or -1 where there is none.
int64_t tickers_disk_size(tickers_disk *disk, const char *name);
/// Copies the beginning of a file as reads see it. Returns how many bytes, or -1 where there is none.
int64_t tickers_disk_copy(tickers_disk *disk, const char *name, void *bytes, int64_t room);
/// Gives a file these bytes, synced, and creates it if it is missing. Returns 0, or 1 where there was no memory.
int tickers_disk_replace(tickers_disk *disk, const char *name, const void *bytes, int64_t size);

#endif
