import type { Action } from "../../src/action/define-action.ts";
import type { Cache } from "../../src/cache/cache.ts";
import type { Clock } from "../../src/lib/clock.ts";
import type { Security } from "../../src/security/security.ts";
import type { Storage } from "../../src/storage/storage.ts";

/** What the `server` actions tell about. */
export interface ServerContext {
	readonly clock: Clock;
	readonly storage: Storage;
	readonly cache: Cache;
	readonly security: Security;
	/** Every action, these among them. */
	readonly actions: () => readonly Action[];
	/** Of Portico. */
	readonly version: string;
	/** The version of Kuzzle whose API this is; tools check it. */
	readonly kuzzleVersion: string;
	readonly nodeId: string;
	/** When the gateway was built, in milliseconds since the epoch. */
	readonly startedAt: number;
}
