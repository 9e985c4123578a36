/** Thrown while a step is recorded that has to be taken eagerly this time. It says nothing about later ones. */
export class EagerStep extends Error {}
