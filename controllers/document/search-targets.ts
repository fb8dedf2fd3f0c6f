import type { Arg } from "../../src/action/args.ts";
import { optionalString } from "../../src/action/args.ts";
import { arrayOf, objectOf, text } from "../../src/action/json-schema.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import { isObject } from "../../src/lib/json.ts";
import type { Target } from "../../src/storage/storage.ts";

/* Where a search looks: one collection, or those that `targets` lists. */

export const searchTargetArgs = {
	index: optionalString("The index.", "path"),
	collection: optionalString("The collection.", "path"),
	targets: targetList(),
};

/** A request line to Elasticsearch holds no more names than this, however short they are. */
const TARGETS_MAX = 1_000;

/**
 * Each collection once. Throws `api.assert.missing_argument`, `mutually_exclusive`, `services.storage.invalid_multi_index_collection_usage` and
 * `invalid_target_format`. Rights to each of them were checked before.
 */
export function readSearchTargets(args: {
	readonly index: string | undefined;
	readonly collection: string | undefined;
	readonly targets: readonly unknown[];
}): Target[] {
	const { index, collection, targets } = args;
	if (targets.length === 0) return [readOne(index, collection)];
	if (index !== undefined || collection !== undefined) {
		throw createError(
			"api.assert.mutually_exclusive",
			"index, collection",
			"targets",
		);
	}
	const places = new Map<string, Target>();
	for (const target of targets.flatMap(readTarget)) {
		places.set(`${target.index}/${target.collection}`, target);
	}
	if (places.size > TARGETS_MAX) {
		throw malformed("targets", `name ${TARGETS_MAX} collections at most.`);
	}
	return [...places.values()];
}

function readOne(
	index: string | undefined,
	collection: string | undefined,
): Target {
	if (index === undefined) {
		throw createError("api.assert.missing_argument", "index");
	}
	if (collection === undefined) {
		throw createError("api.assert.missing_argument", "collection");
	}
	if (namesSeveral(index) || namesSeveral(collection)) {
		throw createError("services.storage.invalid_multi_index_collection_usage");
	}
	return { scope: "public", index, collection };
}

function readTarget(target: unknown, at: number): Target[] {
	const name = `targets[${at}]`;
	if (!isObject(target)) throw malformed(name, "it must be an object.");
	const { index, collections } = target;
	if (index === undefined || index === null || index === "") {
		throw createError("api.assert.missing_argument", `${name}.index`);
	}
	if (typeof index !== "string") {
		throw createError("api.assert.invalid_type", `${name}.index`, "string");
	}
	if (collections === undefined || collections === null) {
		throw createError("api.assert.missing_argument", `${name}.collections`);
	}
	if (!Array.isArray(collections)) {
		throw createError(
			"api.assert.invalid_type",
			`${name}.collections`,
			"array",
		);
	}
	if (collections.length === 0) {
		throw malformed(name, "its list of collections is empty.");
	}
	return collections.map((collection: unknown): Target => {
		if (typeof collection !== "string" || collection === "") {
			throw malformed(name, "its collections must be names.");
		}
		if (namesSeveral(index) || namesSeveral(collection)) {
			throw malformed(name, "its names may have no comma and no wildcard.");
		}
		return { scope: "public", index, collection };
	});
}

function namesSeveral(name: string): boolean {
	return /[,*]/.test(name);
}

function malformed(target: string, reason: string) {
	return createError("services.storage.invalid_target_format", target, reason);
}

/** Empty when it is left out. In the query string it is JSON. */
function targetList(): Arg<readonly unknown[]> {
	return {
		place: "query",
		required: false,
		schema: arrayOf(
			objectOf({
				index: text("The index."),
				collections: arrayOf(text("A collection.")),
			}),
			"The collections to search, in place of `index` and `collection`.",
		),
		read(value, name) {
			if (value === undefined || value === null || value === "") return [];
			const list = typeof value === "string" ? parseList(value) : value;
			if (Array.isArray(list)) return list;
			throw createError("api.assert.invalid_type", name, "array");
		},
	};
}

function parseList(value: string): unknown {
	try {
		return JSON.parse(value);
	} catch {
		return null;
	}
}
