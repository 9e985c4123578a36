import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheFolder } from "./paths.ts";

const path = join(cacheFolder, "setup.lock");

/** Lets one set-up at a time work in the project; a second waits for the first. The lock of a dead process is no lock. */
export async function withLock<T>(say: (line: string) => void, work: () => Promise<T>): Promise<T> {
  mkdirSync(cacheFolder, { recursive: true });
  let told = false;
  while (!take()) {
    if (!told) say("another set-up is at work in this folder: waiting for it");
    told = true;
    await sleep(300);
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

function take(): boolean {
  try {
    const file = openSync(path, "wx");
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const holder = Number(readOwner());
  if (holder > 0 && isAlive(holder)) return false;
  rmSync(path, { force: true });
  return take();
}

function readOwner(): string {
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
