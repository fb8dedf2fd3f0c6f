import type { Config } from "../config.ts";
import { createError } from "../errors/gateway-error.ts";
import { createPasswords, type Passwords } from "../security/passwords.ts";

/** Which format new hashes have is known once the store was read; until then a hash is refused as the store is. */
export function createLatePasswords(config: Config): {
	readonly late: Passwords;
	use(format: "portico" | "kuzzle"): void;
} {
	let current: Passwords | undefined;
	const ready = (): Passwords => {
		if (current === undefined) {
			throw createError("services.storage.not_connected");
		}
		return current;
	};
	return {
		use(format) {
			current = createPasswords({
				format,
				kuzzleOptions: config.plugins["kuzzle-plugin-auth-passport-local"],
				concurrency: config.limits.passwordHashConcurrency,
				queueMax: config.limits.passwordHashQueue,
			});
		},
		late: {
			hash: async (...args) => ready().hash(...args),
			verify: async (...args) => ready().verify(...args),
			verifyNothing: async (...args) => ready().verifyNothing(...args),
			needsRehash: (record) => ready().needsRehash(record),
			canRead: (record) => ready().canRead(record),
		},
	};
}
