/*
 * What each rank lets the others know: whether it computes, waits, has failed or gone, and at which step. Ranks of one
 * machine read each other's records in shared memory, where they outlive their process; others get them as messages,
 * which are sent only while somebody has waited for long. MPI alone would let a rank wait for ever for one that is gone.
 */
#ifndef TSPYRO_WATCH_H
#define TSPYRO_WATCH_H
#include <errno.h>
#include <fcntl.h>
#include <mpi.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STARTING, COMPUTING, WAITING, FAILED, LEFT, STOPPED };
enum { TEXT = 400, TAG_RECORD = 7 };

typedef struct {
  volatile int32_t state, pid;
  volatile int64_t step;
  char text[TEXT];
} record;

typedef struct {
  int rank, state, late;
  long long step;
  char text[TEXT];
} trouble_t;

static int world_rank = 0, world_size = 1, local_rank = 0, local_size = 1, alive = 0;
static MPI_Comm world = MPI_COMM_NULL, side = MPI_COMM_NULL;
static MPI_Win window = MPI_WIN_NULL;
/* By rank: in shared memory for those of this machine, what they last sent for others. */
static record **records = NULL;
static char *is_local = NULL, *is_watched = NULL;
static trouble_t trouble;
static double patience = 6;
static struct sigaction before_term;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

/* Safe in a signal handler. A process that has ended and was not waited for is a zombie, and as good as gone. */
static int is_gone(int pid) {
  char path[40], text[256];
  if (kill(pid, 0) != 0) return errno == ESRCH;
  int n = 0, digits[12];
  memcpy(path, "/proc/", 6);
  for (int p = pid; p > 0; p /= 10) digits[n++] = p % 10;
  for (int i = 0; i < n; i++) path[6 + i] = (char)('0' + digits[n - 1 - i]);
  memcpy(path + 6 + n, "/stat", 6);
  int file = open(path, O_RDONLY);
  if (file < 0) return errno == ENOENT && access("/proc/self", F_OK) == 0;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  if (length <= 0) return 0;
  text[length] = 0;
  char *end = strrchr(text, ')');
  return end != NULL && end[1] == ' ' && (end[2] == 'Z' || end[2] == 'X');
}

static void blame(int rank, int late) {
  trouble.rank = rank;
  trouble.state = records[rank]->state;
  trouble.step = records[rank]->step;
  trouble.late = late;
  memcpy(trouble.text, records[rank]->text, TEXT);
}

/* Whose fault it is that nothing goes on. One that has told why comes before one that is only gone. */
static int find_culprit(void) {
  for (int i = 0; i < world_size; i++)
    if (i != world_rank && records[i]->state == FAILED) return blame(i, 0), 1;
  for (int i = 0; i < world_size; i++) {
    int state = records[i]->state;
    if (i == world_rank || state == STOPPED || state == LEFT || !is_watched[i]) continue;
    if (is_gone(records[i]->pid)) return blame(i, 0), 1;
  }
  for (int i = 0; i < world_size; i++)
    if (i != world_rank && records[i]->state == LEFT && records[world_rank]->state != LEFT) return blame(i, 0), 1;
  return 0;
}

static void tell_others(void) {
  for (int i = 0; i < world_size; i++) {
    if (is_local[i]) continue;
    /* Never freed: a message that nobody takes must stay where it is until the process ends. */
    record *copy = malloc(sizeof *copy);
    MPI_Request request;
    if (copy == NULL) return;
    memcpy(copy, records[world_rank], sizeof *copy);
    MPI_Isend(copy, (int)sizeof *copy, MPI_BYTE, i, TAG_RECORD, side, &request);
    MPI_Request_free(&request);
  }
}

static void hear_others(void) {
  int there = 1;
  MPI_Status status;
  if (local_size == world_size) return;
  while (MPI_Iprobe(MPI_ANY_SOURCE, TAG_RECORD, side, &there, &status) == MPI_SUCCESS && there)
    MPI_Recv(records[status.MPI_SOURCE], (int)sizeof(record), MPI_BYTE, status.MPI_SOURCE, TAG_RECORD, side,
             MPI_STATUS_IGNORE);
}

/* Who has not come: the first that waits for nothing, at the earliest step. */
static void find_late(void) {
  int worst = -1;
  for (int i = 0; i < world_size; i++) {
    if (i == world_rank || records[i]->state == WAITING || records[i]->state == STOPPED) continue;
    if (worst < 0 || records[i]->step < records[worst]->step) worst = i;
  }
  blame(worst < 0 ? (world_rank + 1) % world_size : worst, 1);
}

/* Waits for a request, looks now and then whether it can ever end, and lets other processes run meanwhile. */
static int finish(MPI_Request *request, double limit) {
  int done = 0, rounds = 0;
  double start = 0, looked = 0, told = 0;
  record *own = records[world_rank];
  for (;;) {
    if (MPI_Test(request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) return blame((world_rank + 1) % world_size, 1), -1;
    if (done) break;
    if (++rounds < 100) continue;
    if (start == 0) {
      start = looked = told = now();
      if (own->state == COMPUTING || own->state == STARTING) own->state = WAITING;
    }
    struct timespec nap = {0, rounds < 5000 ? 0 : 50000};
    nanosleep(&nap, NULL);
    if (rounds % 64 != 0) continue;
    double t = now();
    if (t - looked > 0.05) {
      looked = t;
      hear_others();
      if (find_culprit()) {
        /* It may have done its part before it went. */
        MPI_Test(request, &done, MPI_STATUS_IGNORE);
        if (done) break;
        return -1;
      }
    }
    if (t - told > 0.5) told = t, tell_others();
    if (limit > 0 && t - start > limit) return find_late(), -1;
  }
  if (own->state == WAITING) own->state = COMPUTING;
  return 0;
}

static void put(char *to, size_t *at, const char *text) {
  while (*text && *at < 700) to[(*at)++] = *text++;
}
static void put_number(char *to, size_t *at, long long n) {
  char digits[24];
  int count = 0;
  do digits[count++] = (char)('0' + n % 10);
  while ((n /= 10) > 0);
  while (count > 0 && *at < 700) to[(*at)++] = digits[--count];
}

/* mpirun ends the rest when one rank dies: the reason is said before that. */
static void on_term(int signal_number) {
  if (alive && records[world_rank]->state != STOPPED && records[world_rank]->state != FAILED && find_culprit()) {
    char line[800];
    size_t n = 0;
    put(line, &n, "tspyro: rank ");
    put_number(line, &n, world_rank);
    put(line, &n, " stops at step ");
    put_number(line, &n, records[world_rank]->step);
    put(line, &n, ": rank ");
    put_number(line, &n, trouble.rank);
    put(line, &n, trouble.state == FAILED ? " failed" : trouble.state == LEFT ? " ended" : " was killed");
    put(line, &n, " at step ");
    put_number(line, &n, trouble.step);
    if (trouble.text[0]) put(line, &n, ": "), put(line, &n, trouble.text);
    put(line, &n, "\n");
    if (write(2, line, n) < 0) { /* nobody listens */ }
    records[world_rank]->state = STOPPED;
  }
  sigaction(SIGTERM, &before_term, NULL);
  raise(signal_number);
}
#endif
