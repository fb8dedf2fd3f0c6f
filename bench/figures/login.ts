import { once } from "node:events";
import type { Figure } from "../lib/bench.ts";
import { type Child, startGateway, startScript } from "../lib/children.ts";
import { cpuSeconds } from "../lib/cpu-time.ts";
import { ask } from "../lib/exchange.ts";
import { median, spread } from "../lib/statistics.ts";
import { CREDENTIALS, createPerson, UNLIMITED_LOGINS } from "./people.ts";

/** The processor's time is told in hundredths of a second: a turn must take some hundred of them. */
const LOGINS_PER_TURN = 20;
/** As `src/security/passwords.ts` has it. */
const COST = { N: 2 ** 15, r: 8, p: 3 };

export const login: Figure = {
	name: "login",
	summary:
		"the share of a login's processor time that is not its password's hash, against the bare hash",
	async measure(bench) {
		const core = bench.cores?.server ?? null;
		const gateway = bench.closing(
			await startGateway(await bench.folder(), core, UNLIMITED_LOGINS),
		);
		await createPerson(gateway.port);
		const settings = { password: CREDENTIALS.password, salt: "a5".repeat(16) };
		const hashes = bench.closing(
			startScript("servers/bare-hash.js", { ...settings, cost: COST }, core),
		);
		await once(hashes.process, "message");

		const logins: number[] = [];
		const bare: number[] = [];
		// The first turn of each compiles its code, and does not count.
		for (let round = -1; round < bench.rounds; round++) {
			const ofLogins = () =>
				costOf(gateway.pid, () => logInOften(gateway.port));
			const ofHashes = () => costOf(hashes.pid, () => hashOften(hashes));
			const first = round % 2 === 0 ? await ofLogins() : null;
			const hashing = await ofHashes();
			const loggingIn = first ?? (await ofLogins());
			if (round < 0) continue;
			logins.push(loggingIn);
			bare.push(hashing);
		}
		const shares = logins.map(
			(cost, round) => 1 - (bare[round] ?? Number.NaN) / cost,
		);
		const value = median(shares);
		bench.say(`  share of the gateway: ${value.toFixed(3)}`);
		return [
			{
				figure: "h",
				what: "the gateway's share of a login's processor time",
				ours: `a login: ${median(logins).toFixed(1)} ms`,
				opponent: `bare scrypt: ${median(bare).toFixed(1)} ms`,
				value,
				unit: "×",
				spread: spread(shares),
				target: { atMost: 0.05 },
				voidReason: Number.isNaN(value)
					? "this machine does not tell (/proc)"
					: null,
				measured: { logins, bare },
			},
		];
	},
};

/** Milliseconds of the process's time for one of them. */
async function costOf(
	pid: number,
	run: () => Promise<unknown>,
): Promise<number> {
	const before = cpuSeconds(pid) ?? Number.NaN;
	await run();
	const seconds = (cpuSeconds(pid) ?? Number.NaN) - before;
	return (seconds * 1000) / LOGINS_PER_TURN;
}

async function logInOften(port: number): Promise<void> {
	for (let n = 0; n < LOGINS_PER_TURN; n++) {
		await ask(
			{
				method: "POST",
				path: "/_login/local",
				headers: {},
				body: CREDENTIALS,
			},
			port,
		);
	}
}

async function hashOften({ process: child }: Child): Promise<void> {
	child.send(LOGINS_PER_TURN);
	await once(child, "message");
}
