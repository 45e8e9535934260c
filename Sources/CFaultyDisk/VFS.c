#include "Disk.h"

#include <stdlib.h>
#include <string.h>

// What SQLite calls. Each function takes the disk's lock, asks whether there is power, and leaves the work to Disk.c and Locks.c.

static file *enter(sqlite3_file *base) {
    file *opened = (file *)base;
    sqlite3_mutex_enter(opened->disk->mutex);
    return opened;
}

static int leave(file *file, int code) {
    sqlite3_mutex_leave(file->disk->mutex);
    return code;
}

// Files

static int close_file(sqlite3_file *base) {
    file *file = enter(base);
    file_unmap(file);
    file_unlock(file, SQLITE_LOCK_NONE);
    if (file->passing_name && !disk_is_broken(file)) {
        entry *found = disk_find(file->disk, file->passing_name);
        if (found && found->current == file->inode) disk_delete(file->disk, found);
    }
    free(file->passing_name);
    inode_release(file->inode);
    disk_release(file->disk);
    base->pMethods = NULL;
    return SQLITE_OK;
}

static int read_file(sqlite3_file *base, void *bytes, int size, sqlite3_int64 offset) {
    file *file = enter(base);
    if (disk_is_broken(file)) return leave(file, SQLITE_IOERR_READ);
    const content *seen = &file->inode->seen;
    sqlite3_int64 found = seen->size > offset ? seen->size - offset : 0;
    if (found > size) found = size;
    if (found > 0) memcpy(bytes, seen->start + offset, (size_t)found);
    if (found == size) return leave(file, SQLITE_OK);
    memset((char *)bytes + found, 0, (size_t)(size - found));
    return leave(file, SQLITE_IOERR_SHORT_READ);
}

static int write_file(sqlite3_file *base, const void *bytes, int size, sqlite3_int64 offset) {
    file *file = enter(base);
    tickers_disk *disk = file->disk;
    if (disk_is_broken(file)) return leave(file, SQLITE_IOERR_WRITE);
    sqlite3_int64 growth = offset + size - file->inode->seen.size;
    if (file->is_named && disk->capacity >= 0 && growth > 0 && disk_used(disk) + growth > disk->capacity) {
        return leave(file, SQLITE_FULL);
    }
    int has_power = !file->is_named || disk_counts_operation(disk);
    int code = inode_write(file->inode, bytes, size, offset);
    return leave(file, has_power ? code : SQLITE_IOERR_WRITE);
}

static int truncate_file(sqlite3_file *base, sqlite3_int64 size) {
    file *file = enter(base);
    if (disk_is_broken(file)) return leave(file, SQLITE_IOERR_TRUNCATE);
    int has_power = !file->is_named || disk_counts_operation(file->disk);
    int code = inode_truncate(file->inode, size);
    return leave(file, has_power ? code : SQLITE_IOERR_TRUNCATE);
}

static int sync_file(sqlite3_file *base, int flags) {
    (void)flags;
    file *file = enter(base);
    if (disk_is_broken(file)) return leave(file, SQLITE_IOERR_FSYNC);
    if (!file->is_named) return leave(file, SQLITE_OK);
    if (!disk_counts_operation(file->disk)) return leave(file, SQLITE_IOERR_FSYNC);
    int code = inode_sync(file->inode);
    for (entry *next = file->disk->entries; code == SQLITE_OK && next; next = next->next) {
        if (next->current == file->inode && next->synced != file->inode) {
            disk_sync_folder(file->disk);
            break;
        }
    }
    disk_takes_time(file->disk);
    // Meanwhile the power may have gone, and come back.
    return leave(file, disk_is_broken(file) ? SQLITE_IOERR_FSYNC : code);
}

static int size_of_file(sqlite3_file *base, sqlite3_int64 *size) {
    file *file = enter(base);
    if (disk_is_broken(file)) return leave(file, SQLITE_IOERR_FSTAT);
    *size = file->inode->seen.size;
    return leave(file, SQLITE_OK);
}

static int lock(sqlite3_file *base, int level) {
    file *file = enter(base);
    return leave(file, disk_is_broken(file) ? SQLITE_IOERR_LOCK : file_lock(file, level));
}

static int unlock(sqlite3_file *base, int level) {
    file *file = enter(base);
    file_unlock(file, level);
    return leave(file, SQLITE_OK);
}

static int check_reserved(sqlite3_file *base, int *is_reserved) {
    file *file = enter(base);
    *is_reserved = file_is_reserved(file);
    return leave(file, SQLITE_OK);
}

static int control(sqlite3_file *base, int operation, void *argument) {
    (void)base;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *base) {
    (void)base;
    return 4096;
}

static int characteristics(sqlite3_file *base) {
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int map(sqlite3_file *base, int region, int size, int is_extending, void volatile **address) {
    file *file = enter(base);
    return leave(file, file_map(file, region, size, is_extending, address));
}

static int lock_memory(sqlite3_file *base, int first, int count, int flags) {
    file *file = enter(base);
    return leave(file, file_lock_memory(file, first, count, flags));
}

static void barrier(sqlite3_file *base) {
    // Passing through a lock orders memory.
    leave(enter(base), SQLITE_OK);
}

static int unmap(sqlite3_file *base, int is_deleting) {
    (void)is_deleting;
    file *file = enter(base);
    file_unmap(file);
    return leave(file, SQLITE_OK);
}

const sqlite3_io_methods disk_file_methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = size_of_file,
    .xLock = lock,
    .xUnlock = unlock,
    .xCheckReservedLock = check_reserved,
    .xFileControl = control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = map,
    .xShmLock = lock_memory,
    .xShmBarrier = barrier,
    .xShmUnmap = unmap,
};

// The disk

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *found_flags) {
    tickers_disk *disk = vfs->pAppData;
    file *opened = (file *)base;
    memset(opened, 0, sizeof(file));
    sqlite3_mutex_enter(disk->mutex);
    int code = SQLITE_OK;
    if (disk->is_off) {
        code = SQLITE_IOERR;
    } else if (name) {
        entry *found = disk_find(disk, name);
        int is_there = found && found->current;
        if (!is_there && !(flags & SQLITE_OPEN_CREATE)) code = SQLITE_CANTOPEN;
        if (is_there && flags & SQLITE_OPEN_CREATE && flags & SQLITE_OPEN_EXCLUSIVE) code = SQLITE_CANTOPEN;
    }
    if (code == SQLITE_OK) {
        opened->inode = name ? disk_open(disk, name) : inode_create();
        opened->passing_name = name && flags & SQLITE_OPEN_DELETEONCLOSE ? strdup(name) : NULL;
        if (!opened->inode) code = SQLITE_IOERR_NOMEM;
    }
    if (code == SQLITE_OK) {
        opened->disk = disk;
        opened->boots = disk->boots;
        opened->is_named = name != NULL;
        base->pMethods = &disk_file_methods;
        disk->references++;
        if (found_flags) *found_flags = flags;
    }
    sqlite3_mutex_leave(disk->mutex);
    return code;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int is_syncing) {
    tickers_disk *disk = vfs->pAppData;
    int code = SQLITE_OK;
    sqlite3_mutex_enter(disk->mutex);
    entry *found = disk_find(disk, name);
    if (disk->is_off) {
        code = SQLITE_IOERR_DELETE;
    } else if (!found || !found->current) {
        code = SQLITE_IOERR_DELETE_NOENT;
    } else {
        int has_power = disk_counts_operation(disk);
        disk_delete(disk, found);
        if (has_power && is_syncing) disk_sync_folder(disk);
        if (!has_power) code = SQLITE_IOERR_DELETE;
    }
    sqlite3_mutex_leave(disk->mutex);
    return code;
}

static int access_file(sqlite3_vfs *vfs, const char *name, int flags, int *is_there) {
    (void)flags;
    tickers_disk *disk = vfs->pAppData;
    sqlite3_mutex_enter(disk->mutex);
    entry *found = disk_find(disk, name);
    int code = disk->is_off ? SQLITE_IOERR_ACCESS : SQLITE_OK;
    // Asked whether a file exists, SQLite wants to hear of those that are not empty, as its own VFS for Unix says.
    *is_there = found && found->current && (flags != SQLITE_ACCESS_EXISTS || found->current->seen.size > 0);
    sqlite3_mutex_leave(disk->mutex);
    return code;
}

static int full_path(sqlite3_vfs *vfs, const char *name, int room, char *path) {
    (void)vfs;
    size_t size = strlen(name) + 1;
    if (size > (size_t)room) return SQLITE_CANTOPEN;
    memcpy(path, name, size);
    return SQLITE_OK;
}

static void *load(sqlite3_vfs *vfs, const char *name) {
    (void)vfs;
    (void)name;
    return NULL;
}

static void explain_load(sqlite3_vfs *vfs, int room, char *text) {
    (void)vfs;
    sqlite3_snprintf(room, text, "a disk in memory has no extensions");
}

static void (*symbol(sqlite3_vfs *vfs, void *library, const char *name))(void) {
    (void)vfs;
    (void)library;
    (void)name;
    return NULL;
}

static void unload(sqlite3_vfs *vfs, void *library) {
    (void)vfs;
    (void)library;
}

static int randomness(sqlite3_vfs *vfs, int size, char *bytes) {
    sqlite3_vfs *system = sqlite3_vfs_find(NULL);
    return system && system != vfs ? system->xRandomness(system, size, bytes) : 0;
}

/// Waits for nothing: who holds a lock is in this process, and tests do not sleep.
static int pass_time(sqlite3_vfs *vfs, int microseconds) {
    (void)vfs;
    return microseconds;
}

static int present(sqlite3_vfs *vfs, sqlite3_int64 *milliseconds) {
    (void)vfs;
    sqlite3_vfs *system = sqlite3_vfs_find(NULL);
    if (!system || system == vfs || system->iVersion < 2) return SQLITE_ERROR;
    return system->xCurrentTimeInt64(system, milliseconds);
}

static int present_day(sqlite3_vfs *vfs, double *days) {
    sqlite3_int64 milliseconds = 0;
    int code = present(vfs, &milliseconds);
    *days = (double)milliseconds / 86400000.0;
    return code;
}

static int last_error(sqlite3_vfs *vfs, int room, char *text) {
    (void)vfs;
    if (room > 0) text[0] = 0;
    return 0;
}

void disk_fill_vfs(sqlite3_vfs *vfs, const char *name) {
    vfs->iVersion = 2;
    vfs->szOsFile = sizeof(file);
    vfs->mxPathname = 512;
    vfs->zName = name;
    vfs->xOpen = open_file;
    vfs->xDelete = delete_file;
    vfs->xAccess = access_file;
    vfs->xFullPathname = full_path;
    vfs->xDlOpen = load;
    vfs->xDlError = explain_load;
    vfs->xDlSym = symbol;
    vfs->xDlClose = unload;
    vfs->xRandomness = randomness;
    vfs->xSleep = pass_time;
    vfs->xCurrentTime = present_day;
    vfs->xCurrentTimeInt64 = present;
    vfs->xGetLastError = last_error;
}
