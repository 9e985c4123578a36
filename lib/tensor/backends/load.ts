/** What trying to load a backend gives: it is there, or the reason it is not. */
export type LoadResult = { readonly ok: true } | { readonly ok: false; readonly why: string };
