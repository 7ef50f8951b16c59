/*
 * Loaded before a program: a kill of it becomes a loss of power for the files beneath DISCARD_BENEATH.
 *
 * Before each write and cut of such a file, what stood there goes to a log in DISCARD_LOGS; a sync of the file ends
 * its log. Whoever plays the logs back after the kill (unsynced.py) has the files as they were last synced. With
 * DISCARD_LIES the disk says that it has synced and has not: so a program that never syncs is seen.
 *
 * Not here: files that are made or renamed and whose folder is not synced; and SQLite's shared memory, which it makes
 * anew.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_MAX_BYTES 4096

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static void *real(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) abort();
    return found;
}

/* The name of the log of a watched file; 0 for any other file. */
static int log_of(int fd, char *path, char *log) {
    const char *beneath = getenv("DISCARD_BENEATH"), *logs = getenv("DISCARD_LOGS");
    if (beneath == NULL || logs == NULL) return 0;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, NAME_MAX_BYTES - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    struct stat file;
    if (strncmp(path, beneath, strlen(beneath)) != 0 || strstr(path, "-shm") != NULL) return 0;
    if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode)) return 0;
    snprintf(log, NAME_MAX_BYTES, "%s/%ju", logs, (uintmax_t)file.st_ino);
    return 1;
}

static void must_write(int fd, const void *bytes, size_t count) {
    ssize_t (*real_write)(int, const void *, size_t) = real("write");
    while (count > 0) {
        ssize_t done = real_write(fd, bytes, count);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) abort();
        bytes = (const char *)bytes + done;
        count -= (size_t)done;
    }
}

/* One entry: sizes of path and bytes, offset, size of the file, path, bytes. A kill can end it anywhere. */
static void keep(int fd, off_t at, size_t count) {
    char path[NAME_MAX_BYTES], log[NAME_MAX_BYTES];
    struct stat file;
    if (!log_of(fd, path, log) || fstat(fd, &file) != 0) return;
    int64_t stood = file.st_size > at ? file.st_size - at : 0;
    if (stood > (int64_t)count) stood = (int64_t)count;
    int64_t head[4] = {(int64_t)strlen(path), stood, at, file.st_size};
    int64_t total = (int64_t)sizeof head + head[0] + stood;
    char *entry = malloc((size_t)total);
    if (entry == NULL) abort();
    memcpy(entry, head, sizeof head);
    memcpy(entry + sizeof head, path, (size_t)head[0]);
    char copy_path[64];
    snprintf(copy_path, sizeof copy_path, "/proc/self/fd/%d", fd);
    int reader = open(copy_path, O_RDONLY | O_CLOEXEC);
    if (stood > 0 && pread(reader, entry + sizeof head + head[0], (size_t)stood, at) != stood) abort();
    close(reader);
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (out < 0) abort();
    must_write(out, entry, (size_t)total);
    close(out);
    free(entry);
}

static int forget(int fd, int (*sync)(int)) {
    char path[NAME_MAX_BYTES], log[NAME_MAX_BYTES];
    pthread_mutex_lock(&one_at_a_time);
    int done = sync(fd);
    if (done == 0 && getenv("DISCARD_LIES") == NULL && log_of(fd, path, log)) unlink(log);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

int fsync(int fd) { return forget(fd, real("fsync")); }
int fdatasync(int fd) { return forget(fd, real("fdatasync")); }

static ssize_t write_at(int fd, const void *bytes, size_t count, off_t at, const char *name) {
    ssize_t (*next)(int, const void *, size_t, off_t) = real(name);
    pthread_mutex_lock(&one_at_a_time);
    keep(fd, at, count);
    ssize_t done = next(fd, bytes, count, at);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return write_at(fd, bytes, count, at, "pwrite"); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t at) {
    return write_at(fd, bytes, count, at, "pwrite64");
}

ssize_t write(int fd, const void *bytes, size_t count) {
    ssize_t (*next)(int, const void *, size_t) = real("write");
    char path[NAME_MAX_BYTES], log[NAME_MAX_BYTES];
    if (!log_of(fd, path, log)) return next(fd, bytes, count);
    pthread_mutex_lock(&one_at_a_time);
    keep(fd, lseek(fd, 0, SEEK_CUR), count);
    ssize_t done = next(fd, bytes, count);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

static int cut(int fd, off_t size, const char *name) {
    int (*next)(int, off_t) = real(name);
    pthread_mutex_lock(&one_at_a_time);
    keep(fd, size, SIZE_MAX / 2);
    int done = next(fd, size);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

int ftruncate(int fd, off_t size) { return cut(fd, size, "ftruncate"); }
int ftruncate64(int fd, off_t size) { return cut(fd, size, "ftruncate64"); }
