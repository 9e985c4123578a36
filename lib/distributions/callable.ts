/** Lets a distribution class be called without `new`, keeps its types, and gives each parameter an accessor. */
import type { ParameterTable, Parametric } from "./parametric.ts";

type AnyClass = abstract new (...args: never) => object;

/** A class that is also a function of the same arguments. */
export type Callable<C extends AnyClass> = C & ((...args: ConstructorParameters<C>) => InstanceType<C>);

/** Wraps any class: `Wrapped(...)` means `new Wrapped(...)`. */
export function callable<C extends AnyClass>(name: string, cls: C): Callable<C> {
  Object.defineProperty(cls, "name", { value: name, configurable: true });
  const wrapped = new Proxy(cls, {
    apply: (target, _self, args) => Reflect.construct(target, args),
  }) as Callable<C>;
  Object.defineProperty(cls.prototype, "constructor", { value: wrapped, configurable: true, writable: true });
  return wrapped;
}

/** A family: callable, and `d.loc` is the parameter `loc` in the shape of the batch. */
export function family<C extends AnyClass & { readonly parameters: ParameterTable }>(
  name: string,
  cls: C,
): Callable<C> {
  for (const [parameter, spec] of Object.entries(cls.parameters)) {
    if (parameter in cls.prototype) continue;
    Object.defineProperty(cls.prototype, parameter, {
      configurable: true,
      get(this: Parametric) {
        return "setting" in spec ? this.settings[parameter] : this.parameter(parameter);
      },
    });
  }
  return callable(name, cls);
}
