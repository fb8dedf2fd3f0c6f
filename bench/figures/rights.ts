import type { RightsRequest } from "../../src/security/rights.ts";
import type { Figure } from "../lib/bench.ts";
import type { Row } from "../lib/row.ts";
import { median, spread } from "../lib/statistics.ts";
import { describeCost, takeTurns, type Work } from "../lib/turns.ts";
import {
	type SecurityServices,
	startSecurityServices,
} from "./security-services.ts";

const REQUESTS = 10_000;
const CONTROLLERS = 10;
const ACTIONS = 20;
const INDEXES = 20;
const COLLECTIONS = 10;
/** Less than a second is enough for some million decisions. */
const TURN_SHARE = 0.25;

export const rights: Figure = {
	name: "rights",
	summary:
		"the decision on 10,000 mixed requests, half refused, with restrictions and targets, against a bare Map.get; and how it grows with roles and profiles",
	async measure(bench) {
		const few = await startUser(await bench.folder(), {
			roles: 3,
			profiles: 1,
		});
		bench.closing(few);
		const many = await startUser(await bench.folder(), {
			roles: 200,
			profiles: 20,
		});
		bench.closing(many);
		const requests = await chooseRequests(few, many);
		const options = {
			rounds: bench.rounds,
			seconds: bench.seconds * TURN_SHARE,
			warmUpSeconds: bench.warmUpSeconds * TURN_SHARE,
		};
		const ofFew = decisions(few, requests);
		const ofMany = decisions(many, requests);
		const byMap = await takeTurns(lookUps(requests), ofFew, options);
		const bySize = await takeTurns(ofMany, ofFew, options);
		const rows: Row[] = [
			{
				figure: "f",
				what: "a decision on rights, 3 roles, 1 profile",
				ours: describeCost(byMap.theirs),
				opponent: `bare Map.get: ${describeCost(byMap.ours)}`,
				value: median(byMap.ratios),
				unit: "×",
				spread: spread(byMap.ratios),
				target: { atLeast: 0.2 },
				voidReason: null,
				measured: byMap,
			},
			{
				figure: "f",
				what: "a decision on rights, 200 roles, 20 profiles",
				ours: describeCost(bySize.ours),
				opponent: `3 roles, 1 profile: ${describeCost(bySize.theirs)}`,
				value: median(bySize.ratios),
				unit: "×",
				spread: spread(bySize.ratios),
				target: { atMost: 1.2 },
				voidReason: null,
				measured: bySize,
			},
		];
		for (const { what, value } of rows)
			bench.say(`  ${what}: ${value.toFixed(2)}`);
		return rows;
	},
};

interface User {
	readonly services: SecurityServices;
	/** The list that a user who is remembered brings with each request. */
	readonly profileIds: readonly string[];
	stop(): Promise<void>;
}

/** Of a request: whether it is allowed, and the text under which a map has that. */
interface Judged {
	readonly request: RightsRequest;
	readonly allowed: boolean;
	readonly key: string;
}

/** However many roles there are, together they allow the same: every other action, a third of them everywhere and the rest at some places. */
async function startUser(
	folder: string,
	count: { readonly roles: number; readonly profiles: number },
): Promise<User> {
	const services = await startSecurityServices(folder);
	const numbers = Array.from({ length: count.roles }, (_, n) => n);
	for (const number of numbers)
		await services.writeRole(`role-${number}`, roleOf(number, count.roles));
	const profileIds = Array.from(
		{ length: count.profiles },
		(_, n) => `profile-${n}`,
	);
	for (const [at, id] of profileIds.entries()) {
		const own = numbers.filter((number) => number % count.profiles === at);
		const policies = own.flatMap(policiesOf);
		await services.writeProfile(id, { policies, rateLimit: 0 });
	}
	return { services, profileIds, stop: () => services.stop() };
}

/** The role has its share of the actions of each kind. */
function roleOf(number: number, roles: number) {
	const controllers: Record<string, { actions: Record<string, boolean> }> = {};
	for (let at = 0; at < CONTROLLERS * ACTIONS; at++) {
		if (at % 2 === 1 || !isOf(number, at, roles)) continue;
		const { controller, action } = nameOf(at);
		controllers[controller] ??= { actions: {} };
		controllers[controller].actions[action] = true;
	}
	return Object.keys(controllers).length > 0
		? { controllers }
		: { controllers: { none: { actions: { none: true } } } };
}

/** Actions go by kind to roles of their kind, and in turn to each of those. */
function isOf(number: number, at: number, roles: number): boolean {
	const kind = at % 3;
	if (number % 3 !== kind) return false;
	const ofKind = Math.ceil((roles - kind) / 3);
	return Math.floor(at / 3) % ofKind === Math.floor(number / 3);
}

function policiesOf(number: number) {
	const roleId = `role-${number}`;
	const half = (offset: number) =>
		Array.from({ length: INDEXES / 2 }, (_, n) => `index-${2 * n + offset}`);
	switch (number % 3) {
		case 0:
			return [{ roleId }];
		case 1:
			return [{ roleId, restrictedTo: half(0).map((index) => ({ index })) }];
		default: {
			const collections = Array.from(
				{ length: COLLECTIONS / 2 },
				(_, n) => `collection-${n}`,
			);
			return [
				{
					roleId,
					restrictedTo: half(1).map((index) => ({ index, collections })),
				},
			];
		}
	}
}

function nameOf(at: number): { controller: string; action: string } {
	return {
		controller: `controller-${at % CONTROLLERS}`,
		action: `action-${Math.floor(at / CONTROLLERS)}`,
	};
}

/** Half of them refused. Throws when the two users are not answered alike: then not the same would be measured. */
async function chooseRequests(few: User, many: User): Promise<Judged[]> {
	const allowed: Judged[] = [];
	const refused: Judged[] = [];
	for (let n = 0; allowed.length + refused.length < REQUESTS; n++) {
		const request = makeRequest(n);
		const verdicts = await Promise.all(
			[few, many].map(({ services, profileIds }) =>
				services.rights.allows(profileIds, request),
			),
		);
		const [verdict] = verdicts;
		if (verdict === undefined || verdicts[1] !== verdict)
			throw new Error(`Judged otherwise: ${JSON.stringify(request)}`);
		const list = verdict ? allowed : refused;
		if (list.length >= REQUESTS / 2) continue;
		const key = JSON.stringify([request, n]);
		list.push({ request, allowed: verdict, key });
	}
	return parseAnew(shuffle([...allowed, ...refused]));
}

/** As requests come: each lies together in memory, and its texts are not the very objects that a map holds. */
function parseAnew(judged: readonly Judged[]): Judged[] {
	return judged.map((one) => JSON.parse(JSON.stringify(one)) as Judged);
}

/** Of ten: two with targets, two without an index, one with an index alone, five with both. */
function makeRequest(n: number): RightsRequest {
	const names = nameOf(scatter(n, 1) % (CONTROLLERS * ACTIONS));
	const index = (turn: number) => `index-${scatter(n, turn) % INDEXES}`;
	const collection = (turn: number) =>
		`collection-${scatter(n, turn) % COLLECTIONS}`;
	switch (scatter(n, 2) % 10) {
		case 0:
		case 1:
			return {
				...names,
				args: {
					targets: [
						{ index: index(3), collections: [collection(4), collection(5)] },
						{ index: index(6), collections: [collection(7)] },
					],
				},
			};
		case 2:
		case 3:
			return { ...names, args: {} };
		case 4:
			return { ...names, args: { index: index(3) } };
		default:
			return {
				...names,
				args: { index: index(3), collection: collection(4) },
			};
	}
}

/** The same numbers in each run, in no order (the finaliser of MurmurHash3). */
function scatter(n: number, turn: number): number {
	let mixed = Math.imul(n ^ (turn << 24), 0x85ebca6b);
	mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
	return (mixed ^ (mixed >>> 16)) >>> 0;
}

function shuffle(judged: Judged[]): Judged[] {
	return judged
		.map((one, at) => ({ one, rank: scatter(at, 9) }))
		.sort((a, b) => a.rank - b.rank)
		.map(({ one }) => one);
}

function decisions(
	{ services, profileIds }: User,
	all: readonly Judged[],
): Work {
	return {
		units: all.length,
		run() {
			let wrong = 0;
			for (const { request, allowed } of all)
				if (services.rights.allows(profileIds, request) !== allowed) wrong++;
			if (wrong > 0) throw new Error(`${wrong} wrong decisions`);
		},
	};
}

/** What a decision would cost were each request known beforehand. */
function lookUps(all: readonly Judged[]): Work {
	const map = new Map(parseAnew(all).map(({ key, allowed }) => [key, allowed]));
	return {
		units: all.length,
		run() {
			let wrong = 0;
			for (const { key, allowed } of all) if (map.get(key) !== allowed) wrong++;
			if (wrong > 0) throw new Error(`${wrong} wrong look-ups`);
		},
	};
}
