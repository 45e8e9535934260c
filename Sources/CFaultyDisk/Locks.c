#include "Disk.h"

#include <stdlib.h>

// The locks of files, by SQLite's rules for its five levels

int file_lock(file *file, int level) {
    inode *inode = file->inode;
    if (level <= file->level) return SQLITE_OK;
    if (inode->exclusive && inode->exclusive != file) return SQLITE_BUSY;
    if (level == SQLITE_LOCK_SHARED) {
        if (inode->pending) return SQLITE_BUSY;
        inode->shared++;
        file->level = level;
        return SQLITE_OK;
    }
    if (inode->reserved && inode->reserved != file) return SQLITE_BUSY;
    inode->reserved = file;
    if (level == SQLITE_LOCK_RESERVED) {
        file->level = level;
        return SQLITE_OK;
    }
    // Nobody comes any more; those who are there have to go.
    inode->pending = file;
    file->level = SQLITE_LOCK_PENDING;
    if (inode->shared > 1) return SQLITE_BUSY;
    inode->exclusive = file;
    file->level = level;
    return SQLITE_OK;
}

void file_unlock(file *file, int level) {
    inode *inode = file->inode;
    if (level >= file->level || file->boots != file->disk->boots) return;
    if (inode->exclusive == file) inode->exclusive = NULL;
    if (inode->pending == file) inode->pending = NULL;
    if (inode->reserved == file) inode->reserved = NULL;
    if (level == SQLITE_LOCK_NONE) inode->shared--;
    file->level = level;
}

int file_is_reserved(const file *file) { return file->inode->reserved != NULL; }

// The index of a log

void memory_release(shared_memory *memory) {
    if (--memory->references > 0) return;
    for (int region = 0; region < memory->count; region++) free(memory->regions[region]);
    free(memory->regions);
    free(memory);
}

static int attach(file *file) {
    if (file->memory) return SQLITE_OK;
    if (disk_is_broken(file)) return SQLITE_IOERR_SHMOPEN;
    inode *inode = file->inode;
    if (!inode->memory) {
        inode->memory = calloc(1, sizeof(shared_memory));
        if (!inode->memory) return SQLITE_IOERR_NOMEM;
        inode->memory->references = 1;
    }
    file->memory = inode->memory;
    file->memory->references++;
    return SQLITE_OK;
}

int file_map(file *file, int region, int size, int is_extending, void volatile **address) {
    *address = NULL;
    int code = attach(file);
    if (code != SQLITE_OK) return code;
    shared_memory *memory = file->memory;
    if (region >= memory->count && !is_extending) return SQLITE_OK;
    while (region >= memory->count) {
        void **regions = realloc(memory->regions, sizeof(void *) * (size_t)(memory->count + 1));
        if (!regions) return SQLITE_IOERR_NOMEM;
        memory->regions = regions;
        regions[memory->count] = calloc(1, (size_t)size);
        if (!regions[memory->count]) return SQLITE_IOERR_NOMEM;
        memory->count++;
    }
    *address = memory->regions[region];
    return SQLITE_OK;
}

int file_lock_memory(file *file, int first, int count, int flags) {
    int code = attach(file);
    if (code != SQLITE_OK) return code;
    int *holders = file->memory->holders;
    int is_shared = (flags & SQLITE_SHM_SHARED) != 0;
    unsigned *locks = is_shared ? &file->shared_locks : &file->exclusive_locks;
    if (flags & SQLITE_SHM_LOCK) {
        for (int lock = first; lock < first + count; lock++) {
            if (*locks & 1u << lock) continue;
            if (is_shared ? holders[lock] < 0 : holders[lock] != 0) return SQLITE_BUSY;
        }
    }
    for (int lock = first; lock < first + count; lock++) {
        unsigned mask = 1u << lock;
        int is_held = (*locks & mask) != 0;
        if (flags & SQLITE_SHM_LOCK && !is_held) {
            holders[lock] += is_shared ? 1 : -1;
            *locks |= mask;
        } else if (flags & SQLITE_SHM_UNLOCK && is_held) {
            holders[lock] -= is_shared ? 1 : -1;
            *locks &= ~mask;
        }
    }
    return SQLITE_OK;
}

void file_unmap(file *file) {
    if (!file->memory) return;
    file_lock_memory(file, 0, SQLITE_SHM_NLOCK, SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED);
    file_lock_memory(file, 0, SQLITE_SHM_NLOCK, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
    memory_release(file->memory);
    file->memory = NULL;
}
