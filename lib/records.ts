/** Sets what has a name of the user's: `record["__proto__"] = value` would set a prototype, and no property. */
export function put<T>(record: Record<string, T>, name: string, value: T): void {
  if (name !== "__proto__") record[name] = value;
  else Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
}
