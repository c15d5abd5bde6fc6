// Preloaded into a server, this stands between it and the system, and makes calls on a room's files fail as it is told
// through a file of numbers that the torturer writes and this process has mapped. See faulty-files.ts, which names them.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

enum call { NO_CALL, WRITE, SYNC, LOCK, UNLOCK, ANSWER, TRUNCATE, CALLS };
enum file { OTHER, WAL, DATABASE, SNAPSHOT, SHARED, SOCKET, FILES };
enum act { PASS, DIE_BEFORE, DIE_HALFWAY, DIE_AFTER, FAIL_IO, FAIL_FULL, SHORT };

struct control {
  int call;
  int file; // 0: any of a room's files
  int nth;
  int act;
  int times; // below 0: until told otherwise
  int fired;
  int seen[CALLS][FILES];
};

static struct control *control;

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("FAULTY_FILES");
  if (!path) return;
  int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *map = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (map != MAP_FAILED) control = map;
}

static int ends_with(const char *text, const char *end) {
  size_t length = strlen(text), n = strlen(end);
  return length >= n && strcmp(text + length - n, end) == 0;
}

static enum file file_of(int fd) {
  char name[64], path[4096];
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(name, path, sizeof path - 1);
  if (length < 0) return OTHER;
  path[length] = 0;
  if (strncmp(path, "socket:", 7) == 0) return SOCKET;
  if (ends_with(path, "room.db-wal")) return WAL;
  if (ends_with(path, "room.db-shm")) return SHARED;
  if (ends_with(path, "room.db")) return DATABASE;
  return strstr(path, "/snapshots/") ? SNAPSHOT : OTHER;
}

static enum act decide(enum call call, enum file file) {
  if (!control || file == OTHER) return PASS;
  __atomic_add_fetch(&control->seen[call][file], 1, __ATOMIC_RELAXED);
  if (__atomic_load_n(&control->call, __ATOMIC_ACQUIRE) != (int)call) return PASS;
  if (control->file != 0 ? control->file != (int)file : file == SOCKET) return PASS;
  if (__atomic_sub_fetch(&control->nth, 1, __ATOMIC_ACQ_REL) > 0) return PASS;
  if (control->times >= 0 && __atomic_fetch_sub(&control->times, 1, __ATOMIC_ACQ_REL) <= 0) {
    control->times = 0;
    return PASS;
  }
  __atomic_add_fetch(&control->fired, 1, __ATOMIC_RELAXED);
  return control->act;
}

static void die(void) {
  for (;;) kill(getpid(), SIGKILL);
}

static ssize_t failed(enum act act) {
  errno = act == FAIL_FULL ? ENOSPC : EIO;
  return -1;
}

#define REAL(name, ...) \
  static __typeof__(name) *real; \
  if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

// Of a write that dies or is short, the first half arrives.
#define WRITES(act, whole, half) \
  if (act == FAIL_IO || act == FAIL_FULL) return failed(act); \
  if (act == DIE_BEFORE) die(); \
  ssize_t written = act == DIE_HALFWAY || act == SHORT ? (half) : (whole); \
  if (act == DIE_HALFWAY || act == DIE_AFTER) die(); \
  return written

ssize_t pwrite(int fd, const void *data, size_t n, off_t at) {
  REAL(pwrite);
  enum act act = decide(WRITE, file_of(fd));
  WRITES(act, real(fd, data, n, at), real(fd, data, (n + 1) / 2, at));
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) {
  REAL(pwrite64);
  enum act act = decide(WRITE, file_of(fd));
  WRITES(act, real(fd, data, n, at), real(fd, data, (n + 1) / 2, at));
}

// What clients hear is of interest only where it tells of a commit.
static int tells_of_commit(const void *data, size_t n) {
  return memmem(data, n < 64 ? n : 64, "{\"type\":\"poke\"", 14) != NULL;
}

ssize_t write(int fd, const void *data, size_t n) {
  REAL(write);
  enum file file = control ? file_of(fd) : OTHER;
  enum act act = file == SOCKET && !tells_of_commit(data, n) ? PASS : decide(file == SOCKET ? ANSWER : WRITE, file);
  WRITES(act, real(fd, data, n), real(fd, data, (n + 1) / 2));
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(writev);
  enum act act = PASS;
  for (int i = 0; control && i < count && act == PASS; i++)
    if (tells_of_commit(parts[i].iov_base, parts[i].iov_len)) act = decide(ANSWER, file_of(fd));
  WRITES(act, real(fd, parts, count), real(fd, parts, (count + 1) / 2));
}

#define SYNCS(name) \
  int name(int fd) { \
    REAL(name); \
    enum act act = decide(SYNC, file_of(fd)); \
    if (act == FAIL_IO || act == FAIL_FULL) return failed(act); \
    if (act == DIE_BEFORE) die(); \
    int result = real(fd); \
    if (act == DIE_AFTER) die(); \
    return result; \
  }
SYNCS(fsync)
SYNCS(fdatasync)

#define TRUNCATES(name, type) \
  int name(int fd, type length) { \
    REAL(name); \
    enum act act = decide(TRUNCATE, file_of(fd)); \
    if (act == FAIL_IO || act == FAIL_FULL) return failed(act); \
    if (act == DIE_BEFORE) die(); \
    return real(fd, length); \
  }
TRUNCATES(ftruncate, off_t)
TRUNCATES(ftruncate64, off64_t)

// SQLite's writer holds byte 120 of the shared memory's file from BEGIN IMMEDIATE until its commit is over.
static enum act decide_lock(int fd, int command, const void *argument) {
  if (!control || command != F_SETLK) return PASS;
  const struct flock *lock = argument;
  if (lock->l_start != 120 || lock->l_len != 1 || lock->l_type == F_RDLCK) return PASS;
  return decide(lock->l_type == F_WRLCK ? LOCK : UNLOCK, file_of(fd));
}

#define FCNTL(name) \
  int name(int fd, int command, ...) { \
    REAL(name); \
    va_list list; \
    va_start(list, command); \
    void *argument = va_arg(list, void *); \
    va_end(list); \
    if (decide_lock(fd, command, argument) == DIE_BEFORE) die(); \
    return real(fd, command, argument); \
  }
FCNTL(fcntl)
FCNTL(fcntl64)
