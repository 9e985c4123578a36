import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheFolder } from "./paths.ts";

const lockFile = join(cacheFolder, "setup.lock");

/** Lets one set-up at a time work in the project; a second waits for the first. The lock of a dead process is no lock. */
export async function withLock<T>(
  say: (line: string) => void,
  work: () => Promise<T>,
  path: string = lockFile,
): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  for (let told = false; !take(path); told = true) {
    if (!told) say("another set-up is at work in this folder: waiting for it");
    await sleep(100);
  }
  const release = () => rmSync(path, { force: true });
  process.on("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

function take(path: string): boolean {
  // The owner is written before the lock gets its name: whoever sees a lock sees whose it is.
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(own, { force: true });
  }
  const holder = Number(ownerOf(path));
  if (holder > 0 && isAlive(holder)) return false;
  // The lock of a dead process is moved away first, so that of two that find it only one takes it over.
  const dead = `${path}.${process.pid}.dead`;
  try {
    renameSync(path, dead);
    rmSync(dead, { force: true });
  } catch {
    // Somebody else was quicker.
  }
  return take(path);
}

function ownerOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
