import type { Realtime } from "../../src/realtime/realtime.ts";
import type { Rights } from "../../src/security/rights.ts";
import type { Validations } from "../../src/validation/validations.ts";

/** What the actions of `realtime` work on. */
export interface RealtimeContext {
	readonly realtime: Realtime;
	readonly validations: Validations;
	readonly rights: Rights;
}
