/** What stands under a picture whose kernel is gone; announced when it comes. */
export function goneNote(): HTMLElement {
  const note = document.createElement("div");
  note.className = "tspyro-gone";
  note.setAttribute("role", "status");
  note.style.cssText = "padding:2px 16px 10px;font:12px system-ui,sans-serif";
  note.textContent = "The kernel that drew this is gone: this is its last picture. Run the cell again.";
  return note;
}
