/** Names of the manuals that stand there without a signature of their own. */
import type { Kind, ManualName } from "./extract.ts";

interface Lost {
  /** What the manual says in the place. */
  readonly phrase: string;
  readonly kind: Kind;
  /** A member of the class that is described there, or a full name. */
  readonly member?: string;
  readonly name?: string;
  readonly arguments: readonly string[];
}

/** Signatures that the web pages lost on their way, or that are misprinted (`irange` as a second `iarange`). */
export const LOST: readonly Lost[] = [
  { phrase: "Get state associated with all", kind: "method", member: "get_state", arguments: [] },
  { phrase: "Set the state associated with", kind: "method", member: "set_state", arguments: ["state_dict"] },
  { phrase: "Save optimizer state to disk", kind: "method", member: "save", arguments: ["filename"] },
  { phrase: "Load optimizer state from disk", kind: "method", member: "load", arguments: ["filename"] },
  { phrase: "Performs a single optimization step", kind: "method", member: "step", arguments: ["closure"] },
  {
    phrase: "Non-vectorized version of iarange",
    kind: "function",
    name: "pyro.irange",
    arguments: ["name", "size", "subsample_size", "subsample", "use_cuda"],
  },
];

const cls = (name: string, ...args: string[]): ManualName => ({ name, kind: "class", arguments: args });
const fn = (name: string, ...args: string[]): ManualName => ({ name, kind: "function", arguments: args });
const method = (name: string): ManualName => ({ name, kind: "method", arguments: [] });
const attribute = (name: string): ManualName => ({ name, kind: "attribute", arguments: [] });

interface Mention {
  readonly phrase: string;
  readonly names: readonly ManualName[];
}

/** What the text of a manual speaks of, or an example calls. */
export const MENTIONED: readonly Mention[] = [
  { phrase: "Trace_ELBO", names: [cls("pyro.infer.Trace_ELBO")] },
  { phrase: "TraceGraph_ELBO", names: [cls("pyro.infer.TraceGraph_ELBO")] },
  { phrase: "abstract_infer.TracePosterior", names: [cls("pyro.infer.abstract_infer.TracePosterior")] },
  { phrase: "NonlocalExit", names: [cls("pyro.poutine.util.NonlocalExit")] },
  { phrase: "newton_step()", names: [fn("pyro.optim.newton_step", "trust_radius")] },
  { phrase: "poutine.trace(model)", names: [fn("pyro.poutine.trace", "fn")] },
  { phrase: "tr.log_prob_sum()", names: [method("pyro.poutine.trace.Trace.log_prob_sum")] },
  { phrase: "tr.nodes.items()", names: [attribute("pyro.poutine.trace.Trace.nodes")] },
  { phrase: "['value'].unconstrained()", names: [method("pyro.poutine.trace.Trace.nodes.unconstrained")] },
  { phrase: "`cond_indep_stack`", names: [attribute("pyro.poutine.trace.Trace.nodes.cond_indep_stack")] },
  {
    phrase: '"a" in trace_inner',
    names: [{ ...method("pyro.poutine.trace.Trace.__contains__"), arguments: ["name"] }],
  },
  { phrase: "x = d()", names: [method("pyro.distributions.distribution.Distribution.__call__")] },
  {
    phrase: "clip_norm and/or clip_value",
    names: [{ ...attribute("pyro.optim.optim.PyroOptim.clip_args"), arguments: ["clip_norm", "clip_value"] }],
  },
  { phrase: "self.graph_type", names: [attribute("pyro.poutine.trace.Trace.graph_type")] },
  { phrase: "class InverseAutoRegressiveFlow", names: [cls("pyro.distributions.InverseAutoRegressiveFlow")] },
  {
    phrase: "lowercase versions that take parameters",
    names: [
      fn("pyro.distributions.bernoulli", "ps", "logits", "batch_size", "log_pdf_mask"),
      fn("pyro.distributions.beta", "alpha", "beta", "batch_size"),
      fn("pyro.distributions.categorical", "ps", "vs", "logits", "one_hot", "batch_size", "log_pdf_mask"),
      fn("pyro.distributions.cauchy", "mu", "gamma", "batch_size"),
      fn("pyro.distributions.delta", "v", "batch_size"),
      fn("pyro.distributions.exponential", "lam", "batch_size"),
      fn("pyro.distributions.gamma", "alpha", "beta", "batch_size"),
      fn("pyro.distributions.halfcauchy", "mu", "gamma", "batch_size"),
      fn("pyro.distributions.lognormal", "mu", "sigma", "batch_size"),
      fn("pyro.distributions.multinomial", "ps", "n", "batch_size"),
      fn("pyro.distributions.normal", "mu", "sigma", "batch_size", "log_pdf_mask"),
      fn("pyro.distributions.poisson", "lam", "batch_size"),
      fn("pyro.distributions.uniform", "a", "b", "batch_size"),
    ],
  },
];
