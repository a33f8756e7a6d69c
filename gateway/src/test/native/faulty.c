/*
 * A library to preload into the real gateway: a disk that fails, forgets and a clock that is wrong.
 *
 * FAULTY_ROOT names a directory. Calls on what is below it can be made to fail, and an image of
 * what a power cut would leave of it is kept in the directory FAULTY_IMAGE, which is on no path
 * below the root. FAULTY_CONTROL names a file of CONTROL_BYTES, mapped and shared with the test:
 * the test sets errors and the offset of the clock there, and reads there how often each call was
 * made and struck. FaultyDisk.java is the other side, and has the same layout.
 *
 * The image: a synced file lies there as f<id> with the content of its last sync, a synced
 * directory as d<id> with the entries of its last sync, one a line: id, f or d, name. What was not
 * synced is not there. After SIGKILL the test compares the two and takes away what it likes of the
 * difference. A sync that is made to fail forgets which pages were dirty, as Linux does: a later
 * sync does not save them.
 *
 * Inner calls are raw system calls, so that nothing here strikes itself.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum verb { OPEN, READ, WRITE, SYNC, TRUNCATE, RENAME, UNLINK, LIST, MKDIR, VERBS };

#define MAGIC 0x544c4146u /* "FALT" */
#define NODES 65536
#define FDS 65536

struct node { /* a file or directory below the root, by its inode while that lives */
  uint64_t inode;
  uint32_t id;
  uint32_t unused;
};

struct fault {
  int32_t error; /* errno to give, 0 for none */
  int32_t left;  /* calls still to fail, negative for all */
  int64_t calls;
  int64_t struck;
};

struct control {
  uint32_t magic;
  uint32_t next_id;
  int64_t clock_offset_ns;
  int64_t clock_reads;
  int64_t sync_delay_ns;
  int64_t image_whole; /* whether the image holds all that was there when the process began */
  char only[256]; /* faults strike paths that contain this */
  struct fault faults[16];
  struct node nodes[NODES];
};

struct range {
  off_t from, to;
};

struct dirty { /* written and not yet synced, in this process */
  uint32_t id;
  int count, room;
  struct range *ranges;
};

struct open_file {
  uint32_t id; /* 0: not below the root */
  char directory;
  char may_fail; /* its path contains control->only; asked again at each call */
  char path[512];
};

static struct control *control;
static char root[512], image[512];
static size_t root_length;
static struct open_file open_files[FDS];
static struct dirty dirty[NODES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int (*real_clock_gettime)(clockid_t, struct timespec *);
static struct dirent *(*real_readdir)(DIR *);
static struct dirent64 *(*real_readdir64)(DIR *);
static DIR *(*real_opendir)(const char *);
static DIR *(*real_fdopendir)(int);
static int (*real_closedir)(DIR *);

static void die(const char *what) {
  fprintf(stderr, "faulty: %s: %s\n", what, strerror(errno));
  _exit(99);
}

/* ---- raw calls */

static int raw_open(const char *path, int flags, mode_t mode) {
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, mode);
}

static void write_all(int fd, const char *bytes, size_t size, off_t at) {
  while (size > 0) {
    ssize_t n = syscall(SYS_pwrite64, fd, bytes, size, at);
    if (n < 0) die("cannot write the image");
    bytes += n, at += n, size -= (size_t)n;
  }
}

/* ---- what is below the root */

static int below(const char *path) {
  return control != NULL && path != NULL && strncmp(path, root, root_length) == 0 &&
         (path[root_length] == '/' || path[root_length] == 0);
}

static struct node *slot(uint64_t inode) {
  for (uint32_t i = 0; i < NODES; i++) {
    struct node *node = &control->nodes[(inode + i) % NODES];
    if (node->id == 0 || node->inode == inode) return node;
  }
  errno = ENOSPC;
  die("too many files");
  return NULL;
}

static uint32_t id_of(uint64_t inode) {
  struct node *node = slot(inode);
  if (node->id == 0) {
    node->inode = inode;
    node->id = ++control->next_id;
  }
  return node->id;
}

/* A created file may get the inode of a deleted one; it is another file all the same. */
static uint32_t new_id(uint64_t inode) {
  struct node *node = slot(inode);
  node->inode = inode;
  node->id = ++control->next_id;
  return node->id;
}

static struct dirty *dirty_of(uint32_t id) {
  for (uint32_t i = 0; i < NODES; i++) {
    struct dirty *entry = &dirty[(id + i) % NODES];
    if (entry->id == id) return entry;
    if (entry->id == 0) {
      entry->id = id;
      return entry;
    }
  }
  errno = ENOSPC;
  die("too many dirty files");
  return NULL;
}

static void mark_dirty(uint32_t id, off_t from, off_t to) {
  struct dirty *file = dirty_of(id);
  if (file->count > 0 && file->ranges[file->count - 1].to == from) {
    file->ranges[file->count - 1].to = to;
    return;
  }
  if (file->count == file->room) {
    file->room = file->room ? 2 * file->room : 8;
    file->ranges = realloc(file->ranges, sizeof(struct range) * (size_t)file->room);
    if (file->ranges == NULL) die("no memory");
  }
  file->ranges[file->count++] = (struct range){from, to};
}

/* ---- the image */

static void image_path(char *into, char kind, uint32_t id) {
  snprintf(into, 600, "%s/%c%u", image, kind, id);
}

static void copy_range(int from, int to, off_t at, off_t end) {
  static char buffer[1 << 16]; /* guarded by the lock */
  while (at < end) {
    size_t want = end - at < (off_t)sizeof buffer ? (size_t)(end - at) : sizeof buffer;
    ssize_t n = syscall(SYS_pread64, from, buffer, want, at);
    if (n < 0) die("cannot read for the image");
    if (n == 0) return;
    write_all(to, buffer, (size_t)n, at);
    at += n;
  }
}

static void save_file(int fd, uint32_t id, int whole) {
  char path[600], own[64];
  struct stat now;
  image_path(path, 'f', id);
  snprintf(own, sizeof own, "/proc/self/fd/%d", fd);
  int from = raw_open(own, O_RDONLY, 0);
  int to = raw_open(path, O_WRONLY | O_CREAT, 0600);
  if (from < 0 || to < 0 || fstat(from, &now) != 0) die("cannot open for the image");
  if (whole) {
    copy_range(from, to, 0, now.st_size);
  } else {
    struct dirty *file = dirty_of(id);
    for (int i = 0; i < file->count; i++) copy_range(from, to, file->ranges[i].from, file->ranges[i].to);
    file->count = 0;
  }
  if (syscall(SYS_ftruncate, to, now.st_size) != 0) die("cannot cut the image");
  syscall(SYS_close, from);
  syscall(SYS_close, to);
}

static void save_directory(const char *directory, uint32_t id) {
  char path[600], temporary[610];
  image_path(path, 'd', id);
  snprintf(temporary, sizeof temporary, "%s.tmp", path);
  DIR *entries = real_opendir(directory);
  FILE *out = fdopen(raw_open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0600), "w");
  if (entries == NULL || out == NULL) die("cannot list for the image");
  struct dirent64 *entry;
  while ((entry = real_readdir64(entries)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    fprintf(out, "%u %c %s\n", id_of(entry->d_ino), entry->d_type == DT_DIR ? 'd' : 'f', entry->d_name);
  }
  if (fclose(out) != 0) die("cannot write the image");
  real_closedir(entries);
  if (syscall(SYS_renameat2, AT_FDCWD, temporary, AT_FDCWD, path, 0) != 0) die("cannot rename in the image");
}

/* All that is there when the process begins is durable. */
static void save_tree(const char *directory) {
  struct stat now;
  if (stat(directory, &now) != 0) die(directory);
  save_directory(directory, id_of(now.st_ino));
  DIR *entries = real_opendir(directory);
  struct dirent64 *entry;
  while ((entry = real_readdir64(entries)) != NULL) {
    char path[1024];
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
    if (entry->d_type == DT_DIR) {
      save_tree(path);
    } else {
      int fd = raw_open(path, O_RDONLY, 0);
      if (fd < 0) die(path);
      save_file(fd, id_of(entry->d_ino), 1);
      syscall(SYS_close, fd);
    }
  }
  real_closedir(entries);
}

static void resolve(void) {
  real_readdir = dlsym(RTLD_NEXT, "readdir");
  real_readdir64 = dlsym(RTLD_NEXT, "readdir64");
  real_opendir = dlsym(RTLD_NEXT, "opendir");
  real_fdopendir = dlsym(RTLD_NEXT, "fdopendir");
  real_closedir = dlsym(RTLD_NEXT, "closedir");
  real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
}

__attribute__((constructor)) static void begin(void) {
  const char *file = getenv("FAULTY_CONTROL"), *below_root = getenv("FAULTY_ROOT"), *kept = getenv("FAULTY_IMAGE");
  resolve();
  if (file == NULL || below_root == NULL || kept == NULL) return;
  snprintf(root, sizeof root, "%s", below_root);
  snprintf(image, sizeof image, "%s", kept);
  root_length = strlen(root);
  int fd = raw_open(file, O_RDWR, 0);
  if (fd < 0) die(file);
  struct control *mapped = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (mapped == MAP_FAILED || mapped->magic != MAGIC) die("no control file");
  syscall(SYS_close, fd);
  control = mapped;
  save_tree(root);
  __atomic_store_n(&control->image_whole, 1, __ATOMIC_SEQ_CST);
}

/* ---- faults */

/* Whether this call fails; errno is set then. */
static int strikes(enum verb verb, const char *path) {
  struct fault *fault = &control->faults[verb];
  __atomic_add_fetch(&fault->calls, 1, __ATOMIC_SEQ_CST);
  int error = __atomic_load_n(&fault->error, __ATOMIC_SEQ_CST);
  if (error == 0 || strstr(path, control->only) == NULL) return 0;
  if (__atomic_load_n(&fault->left, __ATOMIC_SEQ_CST) >= 0 &&
      __atomic_fetch_sub(&fault->left, 1, __ATOMIC_SEQ_CST) <= 0) {
    __atomic_store_n(&fault->left, 0, __ATOMIC_SEQ_CST);
    return 0;
  }
  __atomic_add_fetch(&fault->struck, 1, __ATOMIC_SEQ_CST);
  errno = error;
  return 1;
}

static struct open_file *tracked(int fd) {
  if (control == NULL || fd < 0 || fd >= FDS || open_files[fd].id == 0) return NULL;
  return &open_files[fd];
}

/* ---- open and close */

static int changes(int flags) { return (flags & (O_CREAT | O_TRUNC)) != 0 || (flags & O_ACCMODE) != O_RDONLY; }

static int open_below(const char *path, int flags, mode_t mode) {
  struct fault *fault = &control->faults[OPEN];
  /* A full or a read-only disk refuses only what would change it. */
  int harmless = !changes(flags) && (fault->error == ENOSPC || fault->error == EROFS);
  if (!harmless && strikes(OPEN, path)) return -1;
  pthread_mutex_lock(&lock);
  struct stat now;
  int created = (flags & O_CREAT) && stat(path, &now) != 0;
  int fd = raw_open(path, flags, mode);
  int error = errno;
  if (fd >= 0 && fd < FDS && fstat(fd, &now) == 0) {
    struct open_file *file = &open_files[fd];
    file->id = created ? new_id(now.st_ino) : id_of(now.st_ino);
    file->directory = S_ISDIR(now.st_mode);
    snprintf(file->path, sizeof file->path, "%s", path);
    if (flags & O_TRUNC) mark_dirty(file->id, 0, 0);
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return fd;
}

#define OPENING(name)                                              \
  int name(const char *path, int flags, ...) {                     \
    va_list more;                                                  \
    va_start(more, flags);                                         \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
    va_end(more);                                                  \
    if (below(path)) return open_below(path, flags, mode);         \
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);  \
  }
OPENING(open)
OPENING(open64)

#define OPENING_AT(name)                                           \
  int name(int at, const char *path, int flags, ...) {             \
    va_list more;                                                  \
    va_start(more, flags);                                         \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
    va_end(more);                                                  \
    if (below(path)) return open_below(path, flags, mode);         \
    return (int)syscall(SYS_openat, at, path, flags, mode);        \
  }
OPENING_AT(openat)
OPENING_AT(openat64)

static void forget(int fd) {
  if (tracked(fd) != NULL) {
    pthread_mutex_lock(&lock);
    open_files[fd].id = 0;
    pthread_mutex_unlock(&lock);
  }
}

int close(int fd) {
  forget(fd);
  return (int)syscall(SYS_close, fd);
}

/* It closes the descriptor by a call of its own, and the next file gets the number. */
int closedir(DIR *directory) {
  forget(dirfd(directory));
  return real_closedir(directory);
}

/* ---- read */

ssize_t read(int fd, void *into, size_t size) {
  struct open_file *file = tracked(fd);
  if (file != NULL && strikes(READ, file->path)) return -1;
  return syscall(SYS_read, fd, into, size);
}

#define READING(name)                                              \
  ssize_t name(int fd, void *into, size_t size, off_t at) {        \
    struct open_file *file = tracked(fd);                          \
    if (file != NULL && strikes(READ, file->path)) return -1;      \
    return syscall(SYS_pread64, fd, into, size, at);               \
  }
READING(pread)
READING(pread64)

/* ---- write */

/* A disk that fills up takes the first half of a long write. */
static ssize_t write_below(struct open_file *file, int fd, const void *from, size_t size, off_t at) {
  if (strikes(WRITE, file->path)) {
    if (errno != ENOSPC || size <= 4096) return -1;
    size /= 2;
  }
  pthread_mutex_lock(&lock);
  ssize_t n = syscall(SYS_pwrite64, fd, from, size, at);
  int error = errno;
  if (n > 0) mark_dirty(file->id, at, at + n);
  pthread_mutex_unlock(&lock);
  errno = error;
  return n;
}

#define WRITING(name)                                              \
  ssize_t name(int fd, const void *from, size_t size, off_t at) {  \
    struct open_file *file = tracked(fd);                          \
    if (file != NULL) return write_below(file, fd, from, size, at); \
    return syscall(SYS_pwrite64, fd, from, size, at);              \
  }
WRITING(pwrite)
WRITING(pwrite64)

ssize_t write(int fd, const void *from, size_t size) {
  struct open_file *file = tracked(fd);
  if (file == NULL) return syscall(SYS_write, fd, from, size);
  off_t at = (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR);
  ssize_t n = write_below(file, fd, from, size, at);
  if (n > 0) syscall(SYS_lseek, fd, at + n, SEEK_SET);
  return n;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (tracked(fd) == NULL) return syscall(SYS_writev, fd, parts, count);
  return write(fd, parts[0].iov_base, parts[0].iov_len); /* a short write is legal */
}

/* ---- sync and truncate */

static int sync_below(struct open_file *file, int fd, long number) {
  int64_t delay = __atomic_load_n(&control->sync_delay_ns, __ATOMIC_SEQ_CST);
  struct timespec wait = {delay / 1000000000, delay % 1000000000};
  nanosleep(&wait, NULL);
  pthread_mutex_lock(&lock);
  int failed = strikes(SYNC, file->path);
  int error = errno;
  if (failed) {
    dirty_of(file->id)->count = 0; /* these pages count as clean, and are lost */
  } else if (file->directory) {
    save_directory(file->path, file->id);
  } else {
    save_file(fd, file->id, 0);
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return failed ? -1 : (int)syscall(number, fd);
}

int fsync(int fd) {
  struct open_file *file = tracked(fd);
  return file == NULL ? (int)syscall(SYS_fsync, fd) : sync_below(file, fd, SYS_fsync);
}

int fdatasync(int fd) {
  struct open_file *file = tracked(fd);
  return file == NULL ? (int)syscall(SYS_fdatasync, fd) : sync_below(file, fd, SYS_fdatasync);
}

#define CUTTING(name)                                              \
  int name(int fd, off_t length) {                                 \
    struct open_file *file = tracked(fd);                          \
    if (file != NULL && strikes(TRUNCATE, file->path)) return -1;  \
    return (int)syscall(SYS_ftruncate, fd, length);                \
  }
CUTTING(ftruncate)
CUTTING(ftruncate64)

/* ---- names */

int rename(const char *from, const char *to) {
  if ((below(from) || below(to)) && strikes(RENAME, to)) return -1;
  return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlink(const char *path) {
  if (below(path) && strikes(UNLINK, path)) return -1;
  return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int unlinkat(int at, const char *path, int flags) {
  if (below(path) && strikes(UNLINK, path)) return -1;
  return (int)syscall(SYS_unlinkat, at, path, flags);
}

int mkdir(const char *path, mode_t mode) {
  if (!below(path)) return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
  if (strikes(MKDIR, path)) return -1;
  pthread_mutex_lock(&lock);
  int result = (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
  int error = errno;
  struct stat now;
  if (result == 0 && stat(path, &now) == 0) new_id(now.st_ino);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

/* ---- list */

DIR *opendir(const char *path) {
  if (below(path) && strikes(LIST, path)) return NULL;
  return real_opendir(path);
}

static int list_strikes(DIR *directory) {
  char own[64], path[512];
  snprintf(own, sizeof own, "/proc/self/fd/%d", dirfd(directory));
  ssize_t n = readlink(own, path, sizeof path - 1);
  if (n <= 0) return 0;
  path[n] = 0;
  return below(path) && strikes(LIST, path);
}

struct dirent *readdir(DIR *directory) {
  if (control != NULL && control->faults[LIST].error != 0 && list_strikes(directory)) return NULL;
  return real_readdir(directory);
}

struct dirent64 *readdir64(DIR *directory) {
  if (control != NULL && control->faults[LIST].error != 0 && list_strikes(directory)) return NULL;
  return real_readdir64(directory);
}

/* ---- clock */

static void shift(struct timespec *now) {
  int64_t offset = __atomic_load_n(&control->clock_offset_ns, __ATOMIC_SEQ_CST);
  __atomic_add_fetch(&control->clock_reads, 1, __ATOMIC_RELAXED);
  int64_t ns = (int64_t)now->tv_sec * 1000000000 + now->tv_nsec + offset;
  now->tv_sec = ns / 1000000000;
  now->tv_nsec = ns % 1000000000;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = real_clock_gettime != NULL ? real_clock_gettime(clock, now) : (int)syscall(SYS_clock_gettime, clock, now);
  if (control != NULL && result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) shift(now);
  return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec exact;
  (void)zone;
  int result = clock_gettime(CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return result;
}

time_t time(time_t *into) {
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  if (into != NULL) *into = exact.tv_sec;
  return exact.tv_sec;
}
