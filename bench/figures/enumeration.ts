import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { Figure } from "../lib/bench.ts";
import { startGateway } from "../lib/children.ts";
import type { Row } from "../lib/row.ts";
import { median, spread } from "../lib/statistics.ts";
import { CREDENTIALS, createPerson, UNLIMITED_LOGINS } from "./people.ts";

/** Of each kind, one after the other, in turns. */
const LOGINS_PER_ROUND = 12;

export const enumeration: Figure = {
	name: "enumeration",
	summary:
		"whether the time of a refused login tells if there is such a user: unknown name against wrong password",
	async measure(bench) {
		const gateway = bench.closing(
			await startGateway(
				await bench.folder(),
				bench.cores?.server ?? null,
				UNLIMITED_LOGINS,
			),
		);
		await createPerson(gateway.port);
		const unknown: number[] = [];
		const wrong: number[] = [];
		const logIn = (username: string) => timeOfRefusal(gateway.port, username);
		await logIn(CREDENTIALS.username);
		await logIn("nobody");
		const ratios: number[] = [];
		for (let round = 0; round < bench.rounds; round++) {
			const ofRound = { unknown: [] as number[], wrong: [] as number[] };
			for (let n = 0; n < LOGINS_PER_ROUND; n++) {
				const name = `nobody-${round}-${n}`;
				if (n % 2 === 0) ofRound.unknown.push(await logIn(name));
				ofRound.wrong.push(await logIn(CREDENTIALS.username));
				if (n % 2 === 1) ofRound.unknown.push(await logIn(name));
			}
			unknown.push(...ofRound.unknown);
			wrong.push(...ofRound.wrong);
			ratios.push(median(ofRound.unknown) / median(ofRound.wrong));
		}
		const rows = [ratioRow(unknown, wrong, ratios), guessRow(unknown, wrong)];
		for (const { what, value } of rows)
			bench.say(`  ${what}: ${value.toFixed(3)}`);
		return rows;
	},
};

/** 1 is no difference; the inverse of what is below 1 counts, so that the bound holds both ways. */
function ratioRow(
	unknown: readonly number[],
	wrong: readonly number[],
	ratios: readonly number[],
): Row {
	const ratio = median(unknown) / median(wrong);
	return {
		figure: "i",
		what: "a login refused: time with an unknown name",
		ours: describe(unknown),
		opponent: `wrong password: ${describe(wrong)}`,
		value: Math.max(ratio, 1 / ratio),
		unit: "×",
		spread: spread(ratios.map((one) => Math.max(one, 1 / one))),
		target: { atMost: 1.05 },
		voidReason: null,
		measured: { unknown, wrong },
	};
}

/** How often who bets that the slower of two refusals is of a user who exists, or the other way round, wins: half of the time says nothing. */
function guessRow(unknown: readonly number[], wrong: readonly number[]): Row {
	let slower = 0;
	for (const one of unknown)
		for (const other of wrong) if (one > other) slower++;
	const share = slower / (unknown.length * wrong.length);
	const won = Math.max(share, 1 - share);
	return {
		figure: "i",
		what: "a bet on who exists, by the time of one refusal each, won",
		ours: `${(100 * won).toFixed(0)} of 100`,
		opponent: "tossing a coin: 50 of 100",
		value: won,
		unit: "×",
		spread: [won, won],
		target: { atMost: 0.65 },
		voidReason: null,
		measured: { share, logins: unknown.length },
	};
}

/** Milliseconds. */
function timeOfRefusal(port: number, username: string): Promise<number> {
	return new Promise((resolve, reject) => {
		const body = JSON.stringify({ username, password: "not the password" });
		const begun = performance.now();
		const asked = request({
			host: "127.0.0.1",
			port,
			method: "POST",
			path: "/_login/local",
			headers: {
				"Content-Type": "application/json",
				"Content-Length": Buffer.byteLength(body),
			},
		});
		asked.on("error", reject);
		asked.on("response", async (response) => {
			const answer = await text(response);
			const took = performance.now() - begun;
			if (response.statusCode === 401) resolve(took);
			else reject(new Error(`${response.statusCode} ${answer}`));
		});
		asked.end(body);
	});
}

function describe(times: readonly number[]): string {
	const sorted = [...times].sort((a, b) => a - b);
	const at = (share: number) =>
		(sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
	return `${at(0.5)} ms (${at(0.1)}–${at(0.9)}, 80 of 100)`;
}
