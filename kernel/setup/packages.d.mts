/** Whether `node_modules` holds what package-lock.json asks for. */
export function packagesAreCurrent(root: string): boolean;

/**
 * The packages that `node_modules` lacks or has in another version; undefined where there is no lock file, or no account
 * of what npm has installed.
 */
export function missingPackages(root: string): string[] | undefined;
