import { flagged, objectOf } from "../../src/action/json-schema.ts";

/** The answer of an action that has nothing to tell but that it is done. */
export const acknowledged = objectOf({ acknowledge: flagged("Always true.") });
