/**
 * Memory outside of JavaScript: tensors that people drop are freed, without `tidy` or `dispose`.
 *
 * A native (or WebAssembly) tensor is reached through its `dataId`, a plain object. When JavaScript collects
 * that object the memory is given back, through a FinalizationRegistry. JavaScript does not see the native
 * bytes, so they are counted here, and a collection is asked for whenever enough of them were made since the
 * last one. Finalizers run only between turns of the event loop; so that a synchronous loop does not hoard,
 * tensors of some size are also watched by WeakRefs, which can be looked through at once after a collection.
 * What is left is code that really holds on to everything: it ends in an error before the machine swaps.
 */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import type { BackendName } from "./kernels.ts";
import { type Born, Newborn } from "./newborn.ts";

/** What the platform can do about garbage; a browser can do nothing but wait. */
export interface Collector {
  /** A full collection, now. */
  gc(): void;
  /** Lets go of the targets that WeakRefs keep until the end of the current turn. */
  releaseWeakRefs(): void;
}

/** What a backend stores for a dataId; native and WebAssembly backends have a shape, the cpu one has values. */
interface Info extends Born {
  readonly shape?: number[];
  readonly dtype: number | tf.DataType;
  readonly values?: unknown;
  refCount: number;
  id: number;
  memoryOffset?: number | null;
  /** Ours. */
  entry?: Entry;
}

/** What is known of a watched tensor when its dataId is gone. It must not lead back to the dataId. */
interface Entry {
  readonly bytes: number;
  freed: boolean;
  /** The backend's own record, where there is memory to give back by hand. */
  readonly info: Info | undefined;
  readonly reclaim: (entry: Entry) => void;
}

/** tfjs's DataStorage. */
interface Storage {
  set(dataId: object, info: Info): void;
  delete(dataId: object): boolean;
  get(dataId: object): Info;
  has(dataId: object): boolean;
  dataIdsCount: number;
}

interface WatchedBackend {
  tensorMap?: Storage;
  dataIdMap?: Storage;
  data?: Storage;
  binding?: { deleteTensor(id: number): void; TF_BOOL: number; TF_UINT8: number };
  wasm?: { _free(offset: number): void; tfjs: { disposeData(id: number): void } };
  /** tfjs-node's: uploads what is on the host. */
  getInputTensorIds?: unknown;
}

const MB = 2 ** 20;
/** Bytes made and not disposed since the last collection that bring on the next. */
const COLLECT_AFTER = 128 * MB;
/** Native bookkeeping of a tensor, roughly. */
const OVERHEAD = 256;
/** Smaller tensors are left to finalizers: a WeakRef costs half a microsecond. */
const WEAK_FROM = 1024;
/** Smaller tensors of the cpu backend are not counted at all: JavaScript frees them, and its kernels are quick. */
const CPU_FROM = 65536;
/** A turn that makes less than this is not worth a look at the clock. */
const NOTICE_TURN = 64 * MB;
const DEFAULT_TURN_BYTES = 1536 * MB;

let live = 0;
let afterCollection = 0;
let turnStart = 0;
let turnScheduled = false;
let limit = DEFAULT_TURN_BYTES;
let collector: Collector | undefined;
let large: { ref: WeakRef<object>; entry: Entry }[] = [];
let compactAt = 4096;
const watched = new Set<BackendName>();
const newborns = new Set<Newborn<Info>>();

/** Bytes held by tensors outside of JavaScript: alive, or dropped and not yet collected. */
export function nativeBytes(): number {
  return live;
}

/** Collects garbage and frees at once the tensors of 1 kB and more that nothing refers to; smaller ones follow after the current turn. */
export function collectGarbage(): void {
  if (collector === undefined) return;
  for (const newborn of newborns) newborn.settle();
  collector.releaseWeakRefs();
  collector.gc();
  sweep();
  afterCollection = live;
}

/** How a platform collects, and how many bytes one turn of the event loop may add (TSPYRO_TURN_BYTES). */
export function configureMemory(options: { collector?: Collector; turnBytes?: string | undefined }): void {
  collector = options.collector;
  const { turnBytes } = options;
  if (turnBytes === undefined || turnBytes === "") return;
  const bytes = Number(turnBytes);
  if (!(bytes > 0)) {
    throw pyroError({
      what: "TSPYRO_TURN_BYTES is not a number of bytes",
      where: "environment",
      expected: "a positive number, such as 4e9",
      got: turnBytes,
    });
  }
  limit = bytes;
}

/**
 * Starts watching a backend. Tensors of the cpu backend are freed by JavaScript; the large ones are watched
 * all the same, so that a loop that keeps them all meets the same error there.
 */
export function watchMemory(name: BackendName): void {
  if (watched.has(name)) return;
  const backend = tf.findBackend(name) as unknown as WatchedBackend | null;
  const storage = backend?.tensorMap ?? backend?.dataIdMap ?? backend?.data;
  if (backend === null || storage === undefined) return;
  watched.add(name);
  const ownMemory = storage !== backend.data;
  const smallest = ownMemory ? 0 : CPU_FROM;
  const free = freeing(backend);
  const reclaim = (entry: Entry) => {
    if (entry.freed) return;
    entry.freed = true;
    release(entry.bytes);
    if (entry.info === undefined) return;
    free(entry.info);
    storage.dataIdsCount--;
    forget(entry.info, entry.bytes);
  };
  const registry = new FinalizationRegistry<Entry>(reclaim);
  const { set, delete: remove } = storage;
  const watch = (dataId: object, info: Info, bytes: number) => {
    if (live + bytes - afterCollection > COLLECT_AFTER || live + bytes - turnStart > limit) {
      makeRoom(bytes, () => free(info));
    }
    const entry = { bytes, freed: false, info: ownMemory ? info : undefined, reclaim };
    info.entry = entry;
    live += bytes;
    if (live - turnStart > NOTICE_TURN) noticeTurn();
    registry.register(dataId, entry, dataId);
    if (bytes >= WEAK_FROM && collector !== undefined) {
      large.push({ ref: new WeakRef(dataId), entry });
      if (large.length >= compactAt) compact();
    }
  };
  const newborn = new Newborn<Info>((dataId, info) => watch(dataId, info, sizeInBytes(info, backend)));
  newborns.add(newborn);
  const isNative = backend.getInputTensorIds !== undefined;
  storage.set = (dataId, info) => {
    const bytes = sizeInBytes(info, backend);
    if (isNative && bytes < WEAK_FROM && info.values) newborn.add(dataId, info);
    else if (bytes >= smallest) watch(dataId, info, bytes);
    set.call(storage, dataId, info);
  };
  storage.delete = (dataId) => {
    const info = storage.has(dataId) ? storage.get(dataId) : undefined;
    if (info !== undefined) info.settled = true;
    const entry = info?.entry;
    if (entry !== undefined) {
      entry.freed = true;
      release(entry.bytes);
      registry.unregister(dataId);
    }
    return remove.call(storage, dataId);
  };
}

function freeing(backend: WatchedBackend): (info: Info) => void {
  const { binding, wasm } = backend;
  return (info) => {
    if (binding !== undefined) {
      if (info.id >= 0) binding.deleteTensor(info.id);
    } else if (wasm !== undefined && typeof info.memoryOffset === "number") {
      wasm._free(info.memoryOffset);
      wasm.tfjs.disposeData(info.id);
    }
  };
}

/** Takes a collected dataId, and the tensors that pointed to it, out of tfjs's own counts. */
function forget(info: Info, bytes: number): void {
  const { state } = tf.engine();
  state.numDataBuffers--;
  state.numTensors -= info.refCount;
  state.numBytes -= info.refCount * (bytes - OVERHEAD);
}

function release(bytes: number): void {
  live -= bytes;
  if (live < afterCollection) afterCollection = live;
  if (live < turnStart) turnStart = live;
}

function sizeInBytes(info: Info, { binding }: WatchedBackend): number {
  if (info.shape === undefined) return ArrayBuffer.isView(info.values) ? info.values.byteLength : 0;
  let size = 1;
  for (const length of info.shape) size *= length;
  const narrow = info.dtype === "bool" || info.dtype === binding?.TF_BOOL || info.dtype === binding?.TF_UINT8;
  return size * (narrow ? 1 : 4) + OVERHEAD;
}

/** Frees every watched tensor that has been collected, and keeps the rest under watch. */
function sweep(): void {
  const rest: typeof large = [];
  for (const watch of large) {
    if (watch.entry.freed) continue;
    if (watch.ref.deref() === undefined) watch.entry.reclaim(watch.entry);
    else rest.push(watch);
  }
  large = rest;
  compactAt = Math.max(4096, 2 * large.length);
  // Looking at a WeakRef keeps its target for the rest of the turn.
  collector?.releaseWeakRefs();
}

/** Drops the entries of tensors that were disposed. */
function compact(): void {
  large = large.filter((watch) => !watch.entry.freed);
  compactAt = Math.max(4096, 2 * large.length);
  collector?.releaseWeakRefs();
}

function makeRoom(bytes: number, discard: () => void): void {
  collectGarbage();
  const held = live + bytes - turnStart;
  if (held <= limit) return;
  discard();
  throw pyroError({
    what: `Tensors of ${gigabytes(held)} were made without a pause, and none of them can be freed`,
    expected: `at most ${gigabytes(limit)} between two turns of the event loop`,
    got:
      collector === undefined
        ? "a synchronous stretch of code, during which JavaScript frees no tensors"
        : "tensors that are still in use: kept in variables or arrays, or made inside one tf.tidy or one gradient",
    try:
      "wrap the body of the loop in tf.tidy(() => ...), keep numbers (x.dataSync()) in place of tensors, " +
      "let others run with `await tf.nextFrame()` in the loop, or allow more with TSPYRO_TURN_BYTES",
  });
}

/** Has the count of a turn begin anew when the event loop comes round. */
function noticeTurn(): void {
  if (turnScheduled) return;
  turnScheduled = true;
  const begin = () => {
    turnScheduled = false;
    turnStart = live;
  };
  if (typeof setImmediate === "function") setImmediate(begin).unref();
  else setTimeout(begin, 0);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
