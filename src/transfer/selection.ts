import type { Query } from "../search/query.ts";
import { collections, INTERNAL_INDEX } from "../security/collections.ts";
import type {
	CallOptions,
	IndexListing,
	Scope,
	Storage,
	Target,
} from "../storage/storage.ts";
import { TransferError } from "./transfer-error.ts";

/** What of a database is meant. */
export interface Selection {
	/** Users, credentials, roles, profiles, keys, the secret, and what plugins keep. Specifications come along in any case. */
	readonly securities: boolean;
	/** Only this index, or this collection of it. The private part is then left out, except the specifications of what is chosen. */
	readonly index?: string | undefined;
	readonly collection?: string | undefined;
}

export interface Selected {
	/** Indexes without a collection. */
	readonly emptyIndexes: readonly {
		readonly scope: Scope;
		readonly index: string;
	}[];
	readonly targets: readonly Target[];
}

/** Rejects with a TransferError where the index or the collection that was asked for does not exist. */
export async function select(
	storage: Storage,
	selection: Selection,
	options: CallOptions,
): Promise<Selected> {
	const open = await storage.listEverything("public", options);
	const chosen = choose(open, selection);
	const own = await storage.listEverything("private", options);
	const targets = [
		...toTargets("private", own)
			.filter((target) => isSelected(target, selection))
			.toSorted((a, b) => rank(a) - rank(b)),
		...toTargets("public", chosen),
	];
	const privately =
		selection.securities && selection.index === undefined ? own : [];
	return {
		targets,
		emptyIndexes: [
			...emptyOnes("private", privately),
			...emptyOnes("public", selection.collection === undefined ? chosen : []),
		],
	};
}

/** Of the specifications, which are all in one collection, those of what was chosen. */
export function documentQuery(target: Target, selection: Selection): Query {
	const { index, collection } = selection;
	if (index === undefined || target.scope === "public") {
		return { kind: "match_all" };
	}
	const is = (field: string, value: string): Query => ({
		kind: "term",
		field,
		value,
		caseInsensitive: false,
	});
	return {
		kind: "bool",
		must: [],
		should: [],
		mustNot: [],
		filter: [
			is("index", index),
			...(collection === undefined ? [] : [is("collection", collection)]),
		],
	};
}

/** How many documents that is. */
export async function countDocuments(
	storage: Storage,
	targets: readonly Target[],
	selection: Selection,
	options: CallOptions,
): Promise<number> {
	let count = 0;
	for (const target of targets) {
		const query = documentQuery(target, selection);
		const request = { query, sort: [], from: 0, size: 0 };
		count += (await storage.search([target], request, options)).total;
	}
	return count;
}

function choose(
	all: readonly IndexListing[],
	{ index, collection }: Selection,
): IndexListing[] {
	const chosen = all.filter(
		(each) => index === undefined || each.index === index,
	);
	if (index !== undefined && chosen.length === 0)
		throw new TransferError(`There is no index "${index}" in this store.`);
	if (collection === undefined) return chosen;
	if (!chosen.some(({ collections: names }) => names.includes(collection)))
		throw new TransferError(
			`There is no collection "${collection}" in the index "${index}".`,
		);
	return chosen.map((each) => ({ ...each, collections: [collection] }));
}

function isSelected(target: Target, { securities, index }: Selection): boolean {
	const isSpecifications =
		target.index === INTERNAL_INDEX &&
		target.collection === collections.validations.target.collection;
	return isSpecifications || (securities && index === undefined);
}

/**
 * First the documents by which a start sees that the database is not a new one: a start on one that is half there must not seed
 * it, which opens it to everybody.
 */
function rank({ index, collection }: Target): number {
	if (index !== INTERNAL_INDEX) return 4;
	const first = ["config", "roles", "profiles"].indexOf(collection);
	return first === -1 ? 3 : first;
}

function toTargets(scope: Scope, all: readonly IndexListing[]): Target[] {
	return all.flatMap(({ index, collections: names }) =>
		names.map((collection) => ({ scope, index, collection })),
	);
}

function emptyOnes(scope: Scope, all: readonly IndexListing[]) {
	return all
		.filter(({ collections: names }) => names.length === 0)
		.map(({ index }) => ({ scope, index }));
}
