/** A guide of a model with these arguments. */
export class Guide<A extends unknown[] = []> {
  median(..._args: A): number {
    return 0;
  }
}
