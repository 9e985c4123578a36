/** What cells may replace for everybody, as it was when the kernel started. */
export const intrinsic = { Promise, JSON } as const;
