import type { Figure } from "../lib/bench.ts";
import { median, spread } from "../lib/statistics.ts";
import { describeCost, takeTurns, type Work } from "../lib/turns.ts";
import {
	type SecurityServices,
	startSecurityServices,
} from "./security-services.ts";

const KEYS = 10_000;
const KEYS_AT_ONCE = 500;
const VERIFICATIONS = 200;
const KUID = "bench-user";

export const keyOfMany: Figure = {
	name: "key-of-many",
	summary:
		"verifying the last of 10,000 API keys of one user, read from the store each time, against the first",
	async measure(bench) {
		const services = bench.closing(
			await startSecurityServices(await bench.folder()),
		);
		const tokens = await createKeys(services);
		const turns = await takeTurns(
			verifications(services, tokens.at(-1) ?? ""),
			verifications(services, tokens[0] ?? ""),
			bench,
		);
		const value = median(turns.ratios);
		bench.say(`  last against first: ${value.toFixed(2)}`);
		return [
			{
				figure: "g",
				what: "verifying the last of 10,000 keys, SQLite",
				ours: describeCost(turns.ours),
				opponent: `the first: ${describeCost(turns.theirs)}`,
				value,
				unit: "×",
				spread: spread(turns.ratios),
				target: { atMost: 1.2 },
				voidReason: null,
				measured: turns,
			},
		];
	},
};

async function createKeys({ apiKeys }: SecurityServices): Promise<string[]> {
	const tokens: string[] = [];
	while (tokens.length < KEYS) {
		const made = await Promise.all(
			Array.from({ length: KEYS_AT_ONCE }, () =>
				apiKeys.create({
					kuid: KUID,
					author: KUID,
					description: "bench",
					ttl: -1,
					refresh: false,
				}),
			),
		);
		for (const { _source } of made) tokens.push(String(_source.token));
	}
	return tokens;
}

/** As for a key that no request has come with before: its signature, and its document. */
function verifications(
	{ apiKeys, jwt }: SecurityServices,
	token: string,
): Work {
	return {
		units: VERIFICATIONS,
		async run() {
			for (let n = 0; n < VERIFICATIONS; n++)
				await apiKeys.verify(token, jwt.verify(token).claims);
		},
	};
}
