#include "Disk.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { sector = 512 };

// Contents

static int content_resize(content *content, sqlite3_int64 size) {
    if (size > content->room) {
        sqlite3_int64 room = content->room ? content->room : 4096;
        while (room < size) room *= 2;
        unsigned char *start = realloc(content->start, (size_t)room);
        if (!start) return SQLITE_IOERR_NOMEM;
        content->start = start;
        content->room = room;
    }
    if (size > content->size) memset(content->start + content->size, 0, (size_t)(size - content->size));
    content->size = size;
    return SQLITE_OK;
}

static int content_write(content *content, const void *bytes, sqlite3_int64 size, sqlite3_int64 offset) {
    if (offset + size > content->size) {
        int code = content_resize(content, offset + size);
        if (code != SQLITE_OK) return code;
    }
    if (size > 0) memcpy(content->start + offset, bytes, (size_t)size);
    return SQLITE_OK;
}

static int content_copy(content *target, const content *source) {
    int code = content_resize(target, source->size);
    if (code == SQLITE_OK && source->size > 0) memcpy(target->start, source->start, (size_t)source->size);
    return code;
}

// Files without their names

inode *inode_create(void) {
    inode *made = calloc(1, sizeof(inode));
    if (made) made->references = 1;
    return made;
}

static void forget_changes(inode *inode) {
    while (inode->first) {
        change *next = inode->first->next;
        free(inode->first);
        inode->first = next;
    }
    inode->last = NULL;
}

void inode_release(inode *inode) {
    if (!inode || --inode->references > 0) return;
    forget_changes(inode);
    free(inode->seen.start);
    free(inode->synced.start);
    if (inode->memory) memory_release(inode->memory);
    free(inode);
}

static inode *inode_retain(inode *inode) {
    if (inode) inode->references++;
    return inode;
}

static int remember(inode *inode, int is_truncation, const void *bytes, sqlite3_int64 size, sqlite3_int64 offset) {
    change *made = malloc(sizeof(change) + (size_t)size);
    if (!made) return SQLITE_IOERR_NOMEM;
    made->next = NULL;
    made->is_truncation = is_truncation;
    made->offset = offset;
    made->size = size;
    if (size > 0) memcpy(made->bytes, bytes, (size_t)size);
    if (inode->last) {
        inode->last->next = made;
    } else {
        inode->first = made;
    }
    inode->last = made;
    return SQLITE_OK;
}

int inode_write(inode *inode, const void *bytes, sqlite3_int64 size, sqlite3_int64 offset) {
    int code = remember(inode, 0, bytes, size, offset);
    return code == SQLITE_OK ? content_write(&inode->seen, bytes, size, offset) : code;
}

int inode_truncate(inode *inode, sqlite3_int64 size) {
    int code = remember(inode, 1, NULL, 0, size);
    return code == SQLITE_OK ? content_resize(&inode->seen, size) : code;
}

static int apply(content *content, const change *change) {
    if (change->is_truncation) return content_resize(content, change->offset);
    return content_write(content, change->bytes, change->size, change->offset);
}

int inode_sync(inode *inode) {
    for (change *next = inode->first; next; next = next->next) {
        int code = apply(&inode->synced, next);
        if (code != SQLITE_OK) return code;
    }
    forget_changes(inode);
    return SQLITE_OK;
}

// Chance: SplitMix64 (Steele, Lea and Flood, 2014)

static uint64_t draw(uint64_t *state) {
    uint64_t mixed = (*state += UINT64_C(0x9e3779b97f4a7c15));
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

/// Writes some sectors of a change and not the others.
static int tear(content *content, const change *change, uint64_t *state) {
    sqlite3_int64 done = 0;
    while (done < change->size) {
        sqlite3_int64 offset = change->offset + done;
        sqlite3_int64 size = sector - offset % sector;
        if (size > change->size - done) size = change->size - done;
        if (draw(state) % 2) {
            int code = content_write(content, change->bytes + done, size, offset);
            if (code != SQLITE_OK) return code;
        }
        done += size;
    }
    return SQLITE_OK;
}

/// What a loss of power makes of a file.
static int inode_settle(inode *inode, uint64_t *state) {
    for (change *next = inode->first; next; next = next->next) {
        int code = SQLITE_OK;
        switch (next->is_truncation ? draw(state) % 2 : draw(state) % 3) {
        case 0: break;
        case 1: code = apply(&inode->synced, next); break;
        default: code = tear(&inode->synced, next, state); break;
        }
        if (code != SQLITE_OK) return code;
    }
    forget_changes(inode);
    inode->shared = 0;
    inode->reserved = inode->pending = inode->exclusive = NULL;
    if (inode->memory) memory_release(inode->memory);
    inode->memory = NULL;
    return content_copy(&inode->seen, &inode->synced);
}

// Names

entry *disk_find(tickers_disk *disk, const char *name) {
    for (entry *next = disk->entries; next; next = next->next) {
        if (strcmp(next->name, name) == 0) return next;
    }
    return NULL;
}

inode *disk_open(tickers_disk *disk, const char *name) {
    entry *found = disk_find(disk, name);
    if (!found) {
        found = calloc(1, sizeof(entry));
        char *copy = strdup(name);
        if (!found || !copy) {
            free(found);
            free(copy);
            return NULL;
        }
        found->name = copy;
        found->was_absent = 1;
        found->next = disk->entries;
        disk->entries = found;
    }
    if (!found->current) found->current = inode_create();
    return inode_retain(found->current);
}

void disk_delete(tickers_disk *disk, entry *entry) {
    (void)disk;
    inode_release(entry->current);
    entry->current = NULL;
    entry->was_absent = 1;
}

/// Makes the present meaning of a name certain.
static void settle_name(entry *entry, inode *meaning) {
    inode *kept = inode_retain(meaning);
    inode *again = inode_retain(meaning);
    inode_release(entry->current);
    inode_release(entry->synced);
    entry->current = kept;
    entry->synced = again;
    entry->was_absent = meaning == NULL;
}

void disk_sync_folder(tickers_disk *disk) {
    for (entry *next = disk->entries; next; next = next->next) settle_name(next, next->current);
}

static inode *chosen(const entry *entry, uint64_t *state) {
    inode *choices[3] = {entry->current, entry->synced, NULL};
    if (entry->current == entry->synced) return entry->current;
    return choices[draw(state) % (entry->was_absent ? 3 : 2)];
}

sqlite3_int64 disk_used(tickers_disk *disk) {
    sqlite3_int64 used = 0;
    for (entry *next = disk->entries; next; next = next->next) used += next->current ? next->current->seen.size : 0;
    return used;
}

int disk_is_broken(const file *file) { return file->disk->is_off || file->boots != file->disk->boots; }

int disk_counts_operation(tickers_disk *disk) {
    disk->operations++;
    if (disk->loss && disk->operations >= disk->loss) disk->is_off = 1;
    return !disk->is_off;
}

void disk_takes_time(tickers_disk *disk) {
    sqlite3_int64 delay = disk->sync_delay;
    disk->syncs++;
    if (delay <= 0) return;
    sqlite3_mutex_leave(disk->mutex);
    struct timespec left = {.tv_sec = (time_t)(delay / 1000000), .tv_nsec = (long)(delay % 1000000) * 1000};
    // A signal may interrupt the wait; what is left of it is then waited for.
    while (nanosleep(&left, &left) != 0) continue;
    sqlite3_mutex_enter(disk->mutex);
    disk->delayed_syncs++;
}

// Disks

tickers_disk *tickers_disk_create(const char *name) {
    if (sqlite3_initialize() != SQLITE_OK || sqlite3_vfs_find(name)) return NULL;
    tickers_disk *disk = calloc(1, sizeof(tickers_disk));
    char *copy = strdup(name);
    sqlite3_mutex *mutex = sqlite3_mutex_alloc(SQLITE_MUTEX_FAST);
    if (disk && copy && mutex) {
        disk->mutex = mutex;
        disk->references = 1;
        disk->capacity = -1;
        disk_fill_vfs(&disk->vfs, copy);
        disk->vfs.pAppData = disk;
        if (sqlite3_vfs_register(&disk->vfs, 0) == SQLITE_OK) return disk;
    }
    sqlite3_mutex_free(mutex);
    free(copy);
    free(disk);
    return NULL;
}

void disk_release(tickers_disk *disk) {
    int is_last = --disk->references == 0;
    sqlite3_mutex_leave(disk->mutex);
    if (!is_last) return;
    while (disk->entries) {
        entry *next = disk->entries->next;
        inode_release(disk->entries->current);
        inode_release(disk->entries->synced);
        free(disk->entries->name);
        free(disk->entries);
        disk->entries = next;
    }
    sqlite3_mutex_free(disk->mutex);
    free((char *)disk->vfs.zName);
    free(disk);
}

void tickers_disk_destroy(tickers_disk *disk) {
    sqlite3_vfs_unregister(&disk->vfs);
    sqlite3_mutex_enter(disk->mutex);
    disk_release(disk);
}

int64_t tickers_disk_operations(tickers_disk *disk) {
    sqlite3_mutex_enter(disk->mutex);
    int64_t operations = disk->operations;
    sqlite3_mutex_leave(disk->mutex);
    return operations;
}

void tickers_disk_lose_power_at(tickers_disk *disk, int64_t operation) {
    sqlite3_mutex_enter(disk->mutex);
    disk->loss = operation > 0 ? disk->operations + operation : 0;
    sqlite3_mutex_leave(disk->mutex);
}

int tickers_disk_is_off(tickers_disk *disk) {
    sqlite3_mutex_enter(disk->mutex);
    int is_off = disk->is_off;
    sqlite3_mutex_leave(disk->mutex);
    return is_off;
}

int tickers_disk_reboot(tickers_disk *disk, uint64_t seed) {
    uint64_t state = seed;
    int code = SQLITE_OK;
    sqlite3_mutex_enter(disk->mutex);
    for (entry *next = disk->entries; next; next = next->next) {
        settle_name(next, chosen(next, &state));
        if (next->current && code == SQLITE_OK) code = inode_settle(next->current, &state);
    }
    disk->boots++;
    disk->is_off = 0;
    disk->loss = 0;
    sqlite3_mutex_leave(disk->mutex);
    return code != SQLITE_OK;
}

void tickers_disk_set_capacity(tickers_disk *disk, int64_t bytes) {
    sqlite3_mutex_enter(disk->mutex);
    disk->capacity = bytes;
    sqlite3_mutex_leave(disk->mutex);
}

void tickers_disk_set_sync_delay(tickers_disk *disk, int64_t microseconds) {
    sqlite3_mutex_enter(disk->mutex);
    disk->sync_delay = microseconds;
    sqlite3_mutex_leave(disk->mutex);
}

int64_t tickers_disk_syncs(tickers_disk *disk) {
    sqlite3_mutex_enter(disk->mutex);
    int64_t syncs = disk->syncs;
    sqlite3_mutex_leave(disk->mutex);
    return syncs;
}

int64_t tickers_disk_delayed_syncs(tickers_disk *disk) {
    sqlite3_mutex_enter(disk->mutex);
    int64_t syncs = disk->delayed_syncs;
    sqlite3_mutex_leave(disk->mutex);
    return syncs;
}

int64_t tickers_disk_size(tickers_disk *disk, const char *name) { return tickers_disk_copy(disk, name, NULL, -1); }

int64_t tickers_disk_copy(tickers_disk *disk, const char *name, void *bytes, int64_t room) {
    sqlite3_mutex_enter(disk->mutex);
    entry *found = disk_find(disk, name);
    int64_t size = found && found->current ? found->current->seen.size : -1;
    if (bytes && size > room) size = room;
    if (bytes && size > 0) memcpy(bytes, found->current->seen.start, (size_t)size);
    sqlite3_mutex_leave(disk->mutex);
    return size;
}

int tickers_disk_replace(tickers_disk *disk, const char *name, const void *bytes, int64_t size) {
    sqlite3_mutex_enter(disk->mutex);
    inode *inode = disk_open(disk, name);
    int code = inode ? inode_truncate(inode, 0) : SQLITE_NOMEM;
    if (code == SQLITE_OK) code = inode_write(inode, bytes, size, 0);
    if (code == SQLITE_OK) code = inode_sync(inode);
    if (code == SQLITE_OK) disk_sync_folder(disk);
    inode_release(inode);
    sqlite3_mutex_leave(disk->mutex);
    return code != SQLITE_OK;
}
