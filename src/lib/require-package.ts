import { createRequire } from "node:module";

/**
 * Loads a CommonJS package the direct way. Before `import` can load one, Node scans its files for the names that they export,
 * with a scanner that is a WebAssembly program itself: for the few packages of a start that was a fifth of its time, and
 * 7 MB. For packages that are needed at start, and only worth it if none of those is imported; write
 * `requirePackage("ws") as typeof import("ws")`.
 */
export const requirePackage = createRequire(import.meta.url);
