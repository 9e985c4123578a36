/**
 * The parameter store of a page, kept: in the browser's own database, or as a file that goes to the downloads. Both hold
 * the text that `getParamStore().save(file)` writes in Node, so that what was trained in one place is read in the other.
 */
import { pyroError } from "../errors.ts";
import { decodeState, encodeState, getParamStore, type ParamReport } from "../params/index.ts";

const DATABASE = "tspyro";
const TABLE = "params";

/** Keeps all parameters of the store under a name, until the reader clears the site's data. */
export async function keepParams(name: string): Promise<void> {
  const text = encodeState(getParamStore().getState());
  await inTable("readwrite", (table) => table.put(text, name));
}

/**
 * Sets the parameters that were kept under a name; others of the store stay.
 * @throws where nothing was kept, or not whole; the store is as it was then
 */
export async function recallParams(name: string): Promise<ParamReport> {
  const text = await inTable<unknown>("readonly", (table) => table.get(name));
  if (typeof text !== "string") {
    const names = await inTable("readonly", (table) => table.getAllKeys());
    throw pyroError({
      what: `No parameters were kept under the name "${name}"`,
      where: "recallParams",
      expected:
        names.length === 0 ? "a name; nothing was kept in this browser" : `one of ${names.join(", ")}`,
      try: `keepParams("${name}")`,
    });
  }
  return getParamStore().setState(decodeState(text, `the browser's database, name ${name}`));
}

/** Offers all parameters of the store as a file, which the browser puts where it puts downloads. */
export function downloadParams(file = "params.json"): void {
  const text = encodeState(getParamStore().getState());
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: file });
  link.click();
  // The browser has taken hold of it by the next turn of the event loop.
  setTimeout(() => URL.revokeObjectURL(address));
}

/**
 * Sets the parameters of a file that a reader chose (`<input type="file">`) or that was fetched.
 * @throws for a file that is not whole; the store is as it was then
 */
export async function uploadParams(file: Blob): Promise<ParamReport> {
  const source = "name" in file ? `file ${String(file.name)}` : "a file";
  return getParamStore().setState(decodeState(await file.text(), source));
}

async function inTable<T>(
  mode: IDBTransactionMode,
  use: (table: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE);
  const database = await answerOf(opening);
  try {
    return await answerOf(use(database.transaction(TABLE, mode).objectStore(TABLE)));
  } finally {
    database.close();
  }
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser's database did not answer"));
  });
}
