/**
 * What every widget model carries as its own module (anywidget's `_esm`): a few lines that fetch the real one
 * over the model's comm, once a page. Notebooks store this text with each widget, so it stays under 3 kB.
 */
export function loaderSource(version: string): string {
  return `const version = ${JSON.stringify(version)};
const modules = (globalThis.__tspyroModules ??= {});

function fetchModule(model) {
  return new Promise((resolve, reject) => {
    const give = (error) => { clearTimeout(timer); model.off("msg:custom", hear); error && reject(error); };
    const timer = setTimeout(() => give(new Error("the kernel does not answer")), 30000);
    async function hear(message, buffers) {
      if (message?.tspyro !== "module" || message.version !== version) return;
      give();
      try {
        const packed = new Blob([buffers[0]]).stream().pipeThrough(new DecompressionStream("gzip"));
        const source = await new Response(packed).blob();
        const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
        resolve((await import(/* webpackIgnore: true */ url)).default);
        URL.revokeObjectURL(url);
      } catch (error) { reject(error); }
    }
    model.on("msg:custom", hear);
    model.send({ tspyro: "module", version });
  });
}

function load(model) {
  return (modules[version] ??= fetchModule(model).catch((error) => {
    delete modules[version];
    throw error;
  }));
}

export default {
  async render(context) {
    const note = document.createElement("div");
    note.textContent = "Loading the picture…";
    note.style.cssText = "opacity:.6;padding:8px;font:13px sans-serif";
    context.el.append(note);
    try {
      const module = await load(context.model);
      note.remove();
      return await module.render(context);
    } catch (error) {
      note.textContent = "This live picture could not be loaded: " + (error?.message ?? error) + ". Run the cell again.";
    }
  },
};
`;
}
