import { expect, it } from "vitest";
import { MemoryGuard } from "./guard.ts";

const total = 10e9;
const limit = 5e9;

function guarded() {
  const told: string[] = [];
  const state = {
    used: 1e9,
    resident: undefined as number | undefined,
    free: 8e9 as number | undefined,
    spell: 1 as number | undefined,
  };
  const guard = new MemoryGuard({
    ...{ limit, machine: { total, free: () => state.free } },
    used: () => state.used,
    resident: () => state.resident ?? state.used,
    spell: () => state.spell,
    interrupt: ({ taken }, force) => told.push(`${force ? "force" : "ask"} ${taken / 1e9}`),
    background: () => told.push("background"),
    end: (reason) => told.push(reason),
  });
  const look = (change: Partial<typeof state>) => {
    Object.assign(state, change);
    return guard.look();
  };
  return { told, look };
}

it("asks once at the limit, forces what goes on, and ends what cannot be stopped", () => {
  const { told, look } = guarded();
  look({});
  look({ used: 4.9e9 });
  expect(told).toEqual([]);
  look({ used: 5.05e9 });
  look({ used: 5.1e9 });
  expect(told).toEqual(["ask 4.05"]);
  look({ used: 5.2e9 });
  look({ used: 5.5e9 });
  expect(told.slice(1)).toEqual(["force 4.2"]);
  look({ used: 6.2e9 });
  expect(told[2]).toMatch(/^The kernel ended itself .* it took 6\.2 GB, its limit is 5\.0 GB/);
});

it("gives code that only reserves memory time to hear", () => {
  const { told, look } = guarded();
  look({ resident: 1e9 });
  look({ used: 7e9 });
  look({ used: 8e9 });
  expect(told).toEqual(["ask 6", "force 7"]);
  for (let i = 0; i < 25; i++) look({ used: 9e9 });
  expect(told).toHaveLength(2);
  look({});
  expect(told[2]).toMatch(/^The kernel ended itself/);
});

it("asks anew once memory has been given back", () => {
  const { told, look } = guarded();
  look({});
  look({ used: 5.1e9 });
  look({ used: 2e9 });
  look({ used: 5.1e9 });
  expect(told).toEqual(["ask 4.1", "ask 4.1"]);
});

it("lets a cell run that has not taken what is held, up to a step of its own", () => {
  const { told, look } = guarded();
  look({ used: 5.1e9, spell: undefined });
  expect(told).toEqual(["background"]);
  look({ spell: 2 });
  look({ used: 5.2e9 });
  expect(told).toHaveLength(1);
  look({ used: 5.4e9 });
  expect(told[1]).toMatch(/^ask 0\.3/);
});

it("watches the machine, and blames only who has taken much", () => {
  const { told, look } = guarded();
  look({});
  look({ used: 1.1e9, free: 0.4e9 });
  expect(told).toEqual([]);
  look({ used: 2e9, free: 0.4e9 });
  expect(told).toEqual(["ask 1"]);
  look({ used: 2.05e9, free: 0.1e9 });
  expect(told[1]).toMatch(/the machine has 100 MB left/);
});

it("looks the more often the less is left", () => {
  const { look } = guarded();
  expect(look({})).toBe(500);
  expect(look({ used: 4.6e9 })).toBe(100);
  expect(look({ used: 4.99e9 })).toBe(20);
  expect(look({ used: 2e9, free: 0.7e9 })).toBe(50);
  expect(look({ used: 2e9, free: undefined })).toBe(500);
});
