#ifndef TICKERS_DISK_H
#define TICKERS_DISK_H

#include <sqlite3.h>

#include "CFaultyDisk.h"

/// Bytes that grow.
typedef struct {
    unsigned char *start;
    sqlite3_int64 size;
    sqlite3_int64 room;
} content;

/// Something done to a file that no sync has made certain.
typedef struct change {
    struct change *next;
    int is_truncation;
    /// Where the bytes go, or the size that is left.
    sqlite3_int64 offset;
    sqlite3_int64 size;
    unsigned char bytes[];
} change;

/// The index of a log, which SQLite shares between connections; it is memory and gone with the power.
typedef struct {
    int references;
    int count;
    void **regions;
    /// Holders of each lock; -1 is one that excludes others.
    int holders[SQLITE_SHM_NLOCK];
} shared_memory;

typedef struct file file;

/// A file without its name.
typedef struct {
    int references;
    /// What reads see.
    content seen;
    /// What a loss of power leaves for certain.
    content synced;
    change *first;
    change *last;
    /// Who holds the locks of SQLite's five levels.
    int shared;
    file *reserved;
    file *pending;
    file *exclusive;
    shared_memory *memory;
} inode;

/// A name in the one folder of a disk.
typedef struct entry {
    struct entry *next;
    char *name;
    /// What it names now, or NULL.
    inode *current;
    /// What it names for certain, or NULL.
    inode *synced;
    /// Whether it named nothing at some instant since the folder was synced.
    int was_absent;
} entry;

struct tickers_disk {
    sqlite3_vfs vfs;
    sqlite3_mutex *mutex;
    /// The creator's and those of what is open.
    int references;
    sqlite3_int64 operations;
    /// The operation at which the power goes, or zero.
    sqlite3_int64 loss;
    int is_off;
    /// How often power came back: what was opened before is broken.
    int boots;
    sqlite3_int64 capacity;
    /// How long each sync takes, in microseconds.
    sqlite3_int64 sync_delay;
    sqlite3_int64 syncs;
    sqlite3_int64 delayed_syncs;
    entry *entries;
};

/// What SQLite has open.
struct file {
    sqlite3_file base;
    tickers_disk *disk;
    inode *inode;
    int boots;
    int is_named;
    /// What to delete at closing, or NULL.
    char *passing_name;
    int level;
    shared_memory *memory;
    unsigned shared_locks;
    unsigned exclusive_locks;
};

// All of these want the disk's lock held, and answer with SQLite's codes.

/// Whether the file was opened before the power last went, or it is gone.
int disk_is_broken(const file *file);
/// Counts an operation. Returns whether it still has power.
int disk_counts_operation(tickers_disk *disk);
/// Counts a sync and takes the time that it takes, during which the lock is let go, so that others read and write on.
void disk_takes_time(tickers_disk *disk);

entry *disk_find(tickers_disk *disk, const char *name);
/// The inode of a name, new if it is missing; NULL without memory. The caller holds a reference.
inode *disk_open(tickers_disk *disk, const char *name);
inode *inode_create(void);
void inode_release(inode *inode);
void disk_delete(tickers_disk *disk, entry *entry);
void disk_sync_folder(tickers_disk *disk);
sqlite3_int64 disk_used(tickers_disk *disk);
void disk_release(tickers_disk *disk);

int inode_write(inode *inode, const void *bytes, sqlite3_int64 size, sqlite3_int64 offset);
int inode_truncate(inode *inode, sqlite3_int64 size);
int inode_sync(inode *inode);

// Locks.c
int file_lock(file *file, int level);
void file_unlock(file *file, int level);
int file_is_reserved(const file *file);
int file_map(file *file, int region, int size, int is_extending, void volatile **address);
int file_lock_memory(file *file, int first, int count, int flags);
void file_unmap(file *file);
void memory_release(shared_memory *memory);

// VFS.c
extern const sqlite3_io_methods disk_file_methods;
void disk_fill_vfs(sqlite3_vfs *vfs, const char *name);

#endif
