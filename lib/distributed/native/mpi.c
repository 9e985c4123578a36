/* MPI for Node: the few collectives that training needs, over Node-API. All of it runs on the main thread. */
#include <node_api.h>

#include "half.h"
#include "watch.h"

static MPI_Op half_sum = MPI_OP_NULL;

static void add_halves(void *in, void *inout, int *length, MPI_Datatype *type) {
  (void)type;
  const uint16_t *a = in;
  uint16_t *b = inout;
  for (int i = 0; i < *length; i++) b[i] = half_of(float_of(a[i]) + float_of(b[i]));
}

static napi_value number(napi_env env, double x) {
  napi_value out;
  napi_create_double(env, x, &out);
  return out;
}
static napi_value string(napi_env env, const char *text) {
  napi_value out;
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &out);
  return out;
}
static napi_value nothing(napi_env env) {
  napi_value out;
  napi_get_undefined(env, &out);
  return out;
}
static napi_value fail(napi_env env, const char *code, const char *message) {
  napi_throw_error(env, code, message);
  return NULL;
}
static napi_value stopped(napi_env env) {
  records[world_rank]->state = STOPPED;
  hear_others();
  tell_others();
  return fail(env, "TSPYRO_RANK", "another rank does not come");
}

typedef struct {
  void *data;
  size_t length, bytes;
} span;
static span span_of(napi_env env, napi_value value) {
  span out = {NULL, 0, 0};
  napi_typedarray_type type;
  static const size_t width[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};
  if (napi_get_typedarray_info(env, value, &type, &out.length, &out.data, NULL, NULL) == napi_ok)
    out.bytes = out.length * width[type];
  return out;
}
static double number_of(napi_env env, napi_value value) {
  double out = 0;
  napi_get_value_double(env, value, &out);
  return out;
}
#define ARGS(n)                                    \
  napi_value argv[n + 1];                          \
  size_t argc = n;                                 \
  napi_get_cb_info(env, info, &argc, argv, NULL, NULL)
#define RUNNING \
  if (!alive) return fail(env, "TSPYRO_MPI", "MPI is not running")

/* MPI_Init waits for ever for a rank that never comes: one that has ended, or waits for something else. */
static volatile int joined = 0;
static void *await_others(void *seconds) {
  char line[200];
  for (double until = now() + *(double *)seconds; !joined;) {
    struct timespec nap = {0, 50000000};
    nanosleep(&nap, NULL);
    if (joined || now() < until) continue;
    int length = snprintf(line, sizeof line,
                          "tspyro: not all ranks came within %.0f s: each is to call distributed.init(), or to take a step "
                          "of a HorovodOptimizer\n",
                          *(double *)seconds);
    if (write(2, line, (size_t)length) < 0) { /* nobody listens */ }
    _exit(1);
  }
  return NULL;
}

/* init(shared, seconds): rank, size, localRank, localSize, library */
static napi_value init(napi_env env, napi_callback_info info) {
  ARGS(2);
  int given, on = 0, length;
  char library[MPI_MAX_LIBRARY_VERSION_STRING];
  bool shared = true;
  napi_get_value_bool(env, argv[0], &shared);
  static double limit;
  pthread_t watch;
  limit = number_of(env, argv[1]);
  if (pthread_create(&watch, NULL, await_others, &limit) == 0) pthread_detach(watch);
  MPI_Initialized(&on);
  if (!on && MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &given) != MPI_SUCCESS)
    return fail(env, "TSPYRO_MPI", "MPI_Init failed");
  MPI_Comm_dup(MPI_COMM_WORLD, &world);
  MPI_Comm_dup(MPI_COMM_WORLD, &side);
  MPI_Comm_set_errhandler(world, MPI_ERRORS_RETURN);
  MPI_Comm_set_errhandler(side, MPI_ERRORS_RETURN);
  MPI_Comm_rank(world, &world_rank);
  MPI_Comm_size(world, &world_size);
  MPI_Comm node;
  MPI_Comm_split_type(world, MPI_COMM_TYPE_SHARED, world_rank, MPI_INFO_NULL, &node);
  MPI_Comm_rank(node, &local_rank);
  MPI_Comm_size(node, &local_size);
  if (!shared) {
    MPI_Comm_free(&node);
    MPI_Comm_split(world, world_rank, 0, &node);
  }
  int sharing, *ranks = malloc(sizeof(int) * (size_t)world_size);
  MPI_Comm_size(node, &sharing);
  MPI_Allgather(&world_rank, 1, MPI_INT, ranks, 1, MPI_INT, node);
  record *own;
  MPI_Win_allocate_shared(sizeof(record), 1, MPI_INFO_NULL, node, &own, &window);
  memset((void *)own, 0, sizeof *own);
  own->pid = getpid();
  own->state = COMPUTING;
  records = calloc((size_t)world_size, sizeof *records);
  is_local = calloc((size_t)world_size, 1);
  is_watched = calloc((size_t)world_size, 1);
  MPI_Barrier(node);
  for (int i = 0; i < sharing; i++) {
    MPI_Aint size;
    int unit;
    record *theirs;
    MPI_Win_shared_query(window, i, &size, &unit, &theirs);
    records[ranks[i]] = theirs;
    is_local[ranks[i]] = 1;
    /* Where processes of one machine do not see each other, nothing can be said of them. */
    is_watched[ranks[i]] = ranks[i] != world_rank && !is_gone(theirs->pid);
  }
  for (int i = 0; i < world_size; i++)
    if (records[i] == NULL) records[i] = calloc(1, sizeof(record));
  if (!shared) local_size = sharing;
  free(ranks);
  joined = 1;
  MPI_Op_create(add_halves, 1, &half_sum);
  alive = 1;
  struct sigaction action;
  sigaction(SIGTERM, NULL, &before_term);
  if (before_term.sa_handler == SIG_DFL) {
    memset(&action, 0, sizeof action);
    action.sa_handler = on_term;
    sigaction(SIGTERM, &action, NULL);
  }
#ifdef MPICH
  /* Its process manager tells of a dead rank by SIGUSR1, at which Node would start its debugger. */
  signal(SIGUSR1, SIG_IGN);
#endif
  MPI_Get_library_version(library, &length);
  napi_value out;
  napi_create_object(env, &out);
  napi_set_named_property(env, out, "rank", number(env, world_rank));
  napi_set_named_property(env, out, "size", number(env, world_size));
  napi_set_named_property(env, out, "localRank", number(env, local_rank));
  napi_set_named_property(env, out, "localSize", number(env, local_size));
  napi_set_named_property(env, out, "library", string(env, library));
  return out;
}

/* Each pair of ranks adds the parts of its vectors that do not point the same way (Adasum, Maleki et al. 2020). */
static void adasum_pair(float *a, const float *b, int n) {
  double ab = 0, aa = 0, bb = 0;
  for (int i = 0; i < n; i++) ab += (double)a[i] * b[i], aa += (double)a[i] * a[i], bb += (double)b[i] * b[i];
  double wa = aa > 0 ? 1 - ab / (2 * aa) : 1, wb = bb > 0 ? 1 - ab / (2 * bb) : 1;
  for (int i = 0; i < n; i++) a[i] = (float)(wa * a[i] + wb * b[i]);
}

static int move(float *data, int n, int to, float *into, int from) {
  MPI_Request request;
  if (to >= 0) {
    MPI_Isend(data, n, MPI_FLOAT, to, 1, world, &request);
    MPI_Request taken;
    if (from >= 0) {
      MPI_Irecv(into, n, MPI_FLOAT, from, 1, world, &taken);
      if (finish(&taken, patience)) return -1;
    }
    return finish(&request, patience);
  }
  MPI_Irecv(into, n, MPI_FLOAT, from, 1, world, &request);
  return finish(&request, patience);
}

static int adasum(float *data, int n) {
  int power = 1, result = 0;
  while (power * 2 <= world_size) power *= 2;
  float *other = malloc(sizeof(float) * (size_t)(n > 0 ? n : 1));
  if (world_rank >= power) {
    result = move(data, n, world_rank - power, NULL, -1) || move(NULL, n, -1, data, world_rank - power);
    free(other);
    return result;
  }
  int extra = world_rank + power < world_size ? world_rank + power : -1;
  if (extra >= 0) {
    result = move(NULL, n, -1, other, extra);
    if (!result) adasum_pair(data, other, n);
  }
  for (int bit = 1; bit < power && !result; bit *= 2) {
    int partner = world_rank ^ bit;
    result = move(data, n, partner, other, partner);
    if (result) break;
    /* In the same order on both sides, so that both get the same bits. */
    if (partner > world_rank) adasum_pair(data, other, n);
    else {
      adasum_pair(other, data, n);
      memcpy(data, other, sizeof(float) * (size_t)n);
    }
  }
  if (!result && extra >= 0) result = move(data, n, extra, NULL, -1);
  free(other);
  return result;
}

/* allreduce(floats, kind): in place. 0: sum, 1: sum in half precision, 2: Adasum */
static napi_value allreduce(napi_env env, napi_callback_info info) {
  ARGS(2);
  RUNNING;
  span s = span_of(env, argv[0]);
  int kind = (int)number_of(env, argv[1]), result;
  MPI_Request request;
  if (kind == 2) result = adasum(s.data, (int)s.length);
  else if (kind == 1) {
    const float *values = s.data;
    uint16_t *halves = malloc(2 * (s.length > 0 ? s.length : 1));
    for (size_t i = 0; i < s.length; i++) halves[i] = half_of(values[i]);
    MPI_Iallreduce(MPI_IN_PLACE, halves, (int)s.length, MPI_UINT16_T, half_sum, world, &request);
    result = finish(&request, patience);
    if (result == 0) {
      for (size_t i = 0; i < s.length; i++) ((float *)s.data)[i] = float_of(halves[i]);
      free(halves);
    }
  } else {
    MPI_Iallreduce(MPI_IN_PLACE, s.data, (int)s.length, MPI_FLOAT, MPI_SUM, world, &request);
    result = finish(&request, patience);
  }
  return result ? stopped(env) : nothing(env);
}

/* agree(doubles): in place, the least of all ranks */
static napi_value agree(napi_env env, napi_callback_info info) {
  ARGS(1);
  RUNNING;
  span s = span_of(env, argv[0]);
  MPI_Request request;
  MPI_Iallreduce(MPI_IN_PLACE, s.data, (int)s.length, MPI_DOUBLE, MPI_MIN, world, &request);
  return finish(&request, patience) ? stopped(env) : nothing(env);
}

static MPI_Request started[64];
/* start(floats): a sum that goes on by itself; returns its ticket for `done` */
static napi_value start(napi_env env, napi_callback_info info) {
  ARGS(1);
  RUNNING;
  span s = span_of(env, argv[0]);
  static int ready = 0;
  if (!ready)
    for (ready = 1; ready < 65; ready++) started[ready - 1] = MPI_REQUEST_NULL;
  for (int i = 0; i < 64; i++)
    if (started[i] == MPI_REQUEST_NULL) {
      MPI_Iallreduce(MPI_IN_PLACE, s.data, (int)s.length, MPI_FLOAT, MPI_SUM, world, &started[i]);
      return number(env, i);
    }
  return fail(env, "TSPYRO_MPI", "64 sums are under way already: await some of them");
}
/* done(ticket, waited): `waited` seconds may not pass the patience */
static napi_value done(napi_env env, napi_callback_info info) {
  ARGS(2);
  RUNNING;
  int flag = 0;
  napi_value out;
  MPI_Test(&started[(int)number_of(env, argv[0])], &flag, MPI_STATUS_IGNORE);
  if (!flag) {
    hear_others();
    if (find_culprit()) return stopped(env);
    if (number_of(env, argv[1]) > patience) return find_late(), stopped(env);
  }
  napi_get_boolean(env, flag, &out);
  return out;
}

/* gather(bytes): the bytes of all ranks end to end, and their counts */
static napi_value gather(napi_env env, napi_callback_info info) {
  ARGS(1);
  RUNNING;
  span s = span_of(env, argv[0]);
  int own = (int)s.bytes, total = 0, *counts = calloc((size_t)world_size * 2, sizeof(int)), *at = counts + world_size;
  MPI_Request request;
  MPI_Iallgather(&own, 1, MPI_INT, counts, 1, MPI_INT, world, &request);
  if (finish(&request, patience)) return stopped(env);
  for (int i = 0; i < world_size; i++) at[i] = total, total += counts[i];
  napi_value out, buffer, sizes;
  void *data;
  napi_create_arraybuffer(env, (size_t)total, &data, &buffer);
  MPI_Iallgatherv(s.data, own, MPI_BYTE, data, counts, at, MPI_BYTE, world, &request);
  if (finish(&request, patience)) return stopped(env);
  napi_create_array(env, &sizes);
  for (int i = 0; i < world_size; i++) napi_set_element(env, sizes, (uint32_t)i, number(env, counts[i]));
  napi_create_object(env, &out);
  napi_set_named_property(env, out, "bytes", buffer);
  napi_set_named_property(env, out, "counts", sizes);
  free(counts);
  return out;
}

/* broadcast(array, root): in place */
static napi_value broadcast(napi_env env, napi_callback_info info) {
  ARGS(2);
  RUNNING;
  span s = span_of(env, argv[0]);
  MPI_Request request;
  MPI_Ibcast(s.data, (int)s.bytes, MPI_BYTE, (int)number_of(env, argv[1]), world, &request);
  return finish(&request, patience) ? stopped(env) : nothing(env);
}

/* barrier(seconds) */
static napi_value barrier(napi_env env, napi_callback_info info) {
  ARGS(1);
  RUNNING;
  MPI_Request request;
  MPI_Ibarrier(world, &request);
  return finish(&request, number_of(env, argv[0])) ? stopped(env) : nothing(env);
}

static napi_value set_step(napi_env env, napi_callback_info info) {
  ARGS(1);
  if (alive) records[world_rank]->step = (int64_t)number_of(env, argv[0]);
  return nothing(env);
}
static napi_value set_patience(napi_env env, napi_callback_info info) {
  ARGS(1);
  patience = number_of(env, argv[0]);
  return nothing(env);
}

/* Who was to blame when a call threw TSPYRO_RANK. */
static napi_value culprit(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value out;
  napi_create_object(env, &out);
  napi_set_named_property(env, out, "rank", number(env, trouble.rank));
  napi_set_named_property(env, out, "state", number(env, trouble.state));
  napi_set_named_property(env, out, "step", number(env, (double)trouble.step));
  napi_set_named_property(env, out, "late", number(env, trouble.late));
  napi_set_named_property(env, out, "text", string(env, trouble.text));
  return out;
}

/*
 * leave(text, code): this process ends badly. The others get time to hear why, and to say so, before MPI ends all.
 */
static napi_value leave(napi_env env, napi_callback_info info) {
  ARGS(2);
  if (!alive) return nothing(env);
  alive = 0;
  record *own = records[world_rank];
  if (own->state != STOPPED) {
    size_t length;
    napi_get_value_string_utf8(env, argv[0], own->text, TEXT, &length);
    own->state = FAILED;
  }
  tell_others();
  own->pid = 0;
  for (double until = now() + 3; now() < until;) {
    int open = 0;
    hear_others();
    for (int i = 0; i < world_size; i++) {
      /* One that hangs has nothing to say. */
      if (i == world_rank || (trouble.late && i == trouble.rank)) continue;
      int told = records[i]->state >= FAILED && (records[i]->pid == 0 || !is_local[i] || records[i]->state == LEFT);
      if (!told && !(is_watched[i] && is_gone(records[i]->pid))) open++;
    }
    if (open == 0) break;
    struct timespec nap = {0, 5000000};
    nanosleep(&nap, NULL);
  }
  /* mpirun is to read what was said before it is told to end. */
  struct timespec last = {0, 250000000};
  nanosleep(&last, NULL);
  signal(SIGTERM, SIG_DFL);
  MPI_Abort(MPI_COMM_WORLD, (int)number_of(env, argv[1]));
  return nothing(env);
}

/* finalize(seconds): all ranks together */
static napi_value finalize(napi_env env, napi_callback_info info) {
  ARGS(1);
  if (!alive) return nothing(env);
  record *own = records[world_rank];
  MPI_Request request;
  own->state = LEFT;
  tell_others();
  /* Not among the collectives of `world`: others may still wait there for what this rank will never send. */
  MPI_Ibarrier(side, &request);
  if (finish(&request, number_of(env, argv[0]))) return stopped(env);
  hear_others();
  alive = 0;
  sigaction(SIGTERM, &before_term, NULL);
  MPI_Win_free(&window);
  MPI_Op_free(&half_sum);
  MPI_Comm_free(&side);
  MPI_Comm_free(&world);
  MPI_Finalize();
  return nothing(env);
}

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback call;
  } functions[] = {{"init", init},         {"allreduce", allreduce}, {"agree", agree},
                   {"start", start},       {"done", done},           {"gather", gather},
                   {"broadcast", broadcast}, {"barrier", barrier},   {"setStep", set_step},
                   {"setPatience", set_patience}, {"culprit", culprit}, {"leave", leave},
                   {"finalize", finalize}};
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    napi_value f;
    napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].call, NULL, &f);
    napi_set_named_property(env, exports, functions[i].name, f);
  }
  return exports;
}
