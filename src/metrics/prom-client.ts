/** The module `prom-client`, passed by argument: nothing may import it as a value, or every start would load it. */
export type PromClient = typeof import("prom-client");
export type { Counter, Histogram, Registry } from "prom-client";
