/** The views of notebooks in a page: the same functions, whose results `shown` makes elements of. */
export * from "../index.ts";
export { printed, shown } from "./shown.ts";
