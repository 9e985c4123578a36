import { PROTOCOL } from "./framing.ts";

/** The reply to `kernel_info_request`. */
export function kernelInfo(version: string): Record<string, unknown> {
  return {
    status: "ok",
    protocol_version: PROTOCOL,
    implementation: "tspyro",
    implementation_version: version,
    banner: `tspyro ${version}: TypeScript with Pyro on Node.js ${process.version}`,
    language_info: {
      name: "typescript",
      version: "5.9",
      mimetype: "application/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    },
    help_links: [
      { text: "Pyro", url: "https://docs.pyro.ai" },
      { text: "TensorFlow.js", url: "https://js.tensorflow.org/api/latest/" },
      { text: "Observable Plot", url: "https://observablehq.com/plot/" },
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
    ],
    debugger: true,
    supported_features: ["debugger", "kernel subshells"],
  };
}
