import type { MakeDemoModel } from "../model.ts";

const HOURS = [1, 2, 2.5, 3, 4, 4.5, 5.5, 6, 7, 8];
const MARKS = [3.1, 3.9, 5.2, 4.6, 6.3, 5.9, 7.4, 7.1, 8.8, 9.2];

/** A line through ten points: marks by hours of study, with an unknown intercept and slope. Made-up data. */
export const regression: MakeDemoModel = ({ dist, plate, sample, tf }, param) => {
  const { positive } = dist.constraints;
  const normal = (name: string, loc: number, scale: number) =>
    new dist.Normal(param(`${name}_loc`, loc), param(`${name}_scale`, scale, { constraint: positive }));
  const intercept = () => normal("intercept", 0, 1);
  const slope = () => normal("slope", 0, 0.5);
  return {
    title: "Marks by hours of study",
    model: () => {
      const a = sample("intercept", new dist.Normal(0, 5));
      const b = sample("slope", new dist.Normal(0, 2));
      const mean = tf.add(a, tf.mul(b, HOURS));
      plate("students", HOURS.length, () => sample("mark", new dist.Normal(mean, 0.5), { obs: MARKS }));
    },
    guide: () => {
      sample("intercept", intercept());
      sample("slope", slope());
    },
    lr: 0.02,
    quantities: () => [
      { name: "intercept", domain: [-1, 5], guide: intercept(), prior: new dist.Normal(0, 5) },
      { name: "slope", domain: [-0.5, 2], guide: slope(), prior: new dist.Normal(0, 2) },
    ],
  };
};
