import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { JsonObject, JsonValue } from "../../src/lib/json.ts";
import { mergeDocuments } from "../../src/storage/merge-documents.ts";
import { findDefaults } from "../../src/validation/default-values.ts";
import { specify, wrongPaths } from "./specify.ts";

const CASES = 1_000;

/** A type, values that it takes and values that it does not. */
interface Kind {
	readonly type: string;
	readonly typeOptions?: JsonObject;
	readonly right: fc.Arbitrary<JsonValue>;
	readonly wrong: fc.Arbitrary<JsonValue>;
}

const text = fc.constantFrom("", "a", "lots of text");
const kinds: readonly Kind[] = [
	{ type: "boolean", right: fc.boolean(), wrong: text },
	{
		type: "integer",
		right: fc.integer(),
		wrong: fc.constantFrom(0.5, "1", {}),
	},
	{
		type: "integer",
		typeOptions: { range: { min: -5, max: 5 } },
		right: fc.integer({ min: -5, max: 5 }),
		wrong: fc.integer({ min: 6 }),
	},
	{
		type: "numeric",
		right: fc.double({ noNaN: true, noDefaultInfinity: true }),
		wrong: text,
	},
	{ type: "string", right: fc.string(), wrong: fc.integer() },
	{
		type: "string",
		typeOptions: { length: { min: 1, max: 3 } },
		right: fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 3 }),
		wrong: fc.string({ unit: "grapheme-ascii", minLength: 4 }),
	},
	{
		type: "enum",
		typeOptions: { values: ["x", "y"] },
		right: fc.constantFrom("x", "y"),
		wrong: text,
	},
	{
		type: "email",
		right: fc.emailAddress(),
		wrong: fc.constantFrom("a", "a@"),
	},
	{ type: "ip_address", right: fc.ipV4(), wrong: fc.constantFrom("1.2", "x") },
	{ type: "ip_address", right: fc.ipV6(), wrong: fc.constantFrom("1::2::3") },
	{ type: "url", right: fc.webUrl(), wrong: fc.constantFrom("a", "//a") },
	{
		type: "geo_point",
		right: fc.record({
			lat: fc.integer({ min: -90, max: 90 }),
			lon: fc.integer({ min: -180, max: 180 }),
		}),
		wrong: fc.record({ lat: fc.integer({ min: 91 }), lon: fc.constant(0) }),
	},
	{
		type: "date",
		typeOptions: { formats: ["strict_date_time", "strict_date"] },
		right: fc
			.date({
				noInvalidDate: true,
				min: new Date(0),
				max: new Date("9999-12-31"),
			})
			.map((date) => date.toISOString()),
		wrong: fc.constantFrom("9999-02-30", "1 May", 7),
	},
];

/** A field somewhere in a document, with a value that it takes and one that it does not. */
interface Place {
	readonly path: readonly string[];
	readonly kind: Kind;
	readonly multivalued: boolean;
	readonly right: JsonValue;
	readonly wrong: JsonValue;
	readonly mandatory: boolean;
}

const name = fc.constantFrom("a", "b", "__proto__", "toString", "é");
/** Names of objects are none of fields, so that no field lies in another that holds none. */
const parent = fc.constantFrom("o", "p", "constructor");
const place: fc.Arbitrary<Place> = fc
	.record({
		parents: fc.array(parent, { maxLength: 3 }),
		name,
		kind: fc.constantFrom(...kinds),
		multivalued: fc.boolean(),
		mandatory: fc.boolean(),
	})
	.chain(({ parents, name, kind, multivalued, mandatory }) => {
		const list = (value: fc.Arbitrary<JsonValue>) =>
			multivalued
				? fc
						.tuple(fc.array(kind.right, { maxLength: 3 }), value)
						.map(([others, one]) => [...others, one])
				: value;
		return fc.record({
			path: fc.constant([...parents, name]),
			kind: fc.constant(kind),
			multivalued: fc.constant(multivalued),
			mandatory: fc.constant(mandatory),
			right: list(kind.right),
			wrong: list(kind.wrong),
		});
	});
const places = fc.uniqueArray(place, {
	minLength: 1,
	maxLength: 8,
	selector: ({ path }) => path.join("/"),
});

describe("any specification", () => {
	it("takes the documents that keep to it", () => {
		fc.assert(
			fc.property(places, fc.boolean(), (all, strict) => {
				const specification = specify(fieldsOf(all), { strict });
				assert.deepEqual(wrongPaths(specification, documentOf(all)), []);
			}),
			{ numRuns: CASES },
		);
	});

	it("refuses a document for the one field that does not, and names it", () => {
		fc.assert(
			fc.property(places, fc.nat(), (all, chosen) => {
				const at = chosen % all.length;
				const spoiled = all.map((one, i) =>
					i === at ? { ...one, right: one.wrong } : one,
				);
				const specification = specify(fieldsOf(all), { strict: true });
				assert.deepEqual(wrongPaths(specification, documentOf(spoiled)), [
					all[at]?.path.join("/"),
				]);
			}),
			{ numRuns: CASES },
		);
	});

	it("refuses a document for the mandatory field that it lacks, and for no other", () => {
		fc.assert(
			fc.property(places, fc.nat(), fc.boolean(), (all, chosen, isNull) => {
				const at = chosen % all.length;
				const lacking = isNull
					? all.map((one, i) => (i === at ? { ...one, right: null } : one))
					: all.filter((_, i) => i !== at);
				const { path, mandatory } = all[at] as Place;
				// Without its last field an object is gone as well, and lacks nothing.
				const isThere =
					isNull ||
					path.length === 1 ||
					lacking.some((one) => startsWith(one.path, path.slice(0, -1)));
				const specification = specify(fieldsOf(all), { strict: true });
				assert.deepEqual(
					wrongPaths(specification, documentOf(lacking)),
					mandatory && isThere ? [path.join("/")] : [],
				);
			}),
			{ numRuns: CASES },
		);
	});

	it("where strict, refuses a document for the field that it does not describe", () => {
		fc.assert(
			fc.property(places, fc.nat(), (all, chosen) => {
				const { path } = all[chosen % all.length] as Place;
				const holder = path.slice(0, -1);
				const extra = nest([...holder, "zz"], 1);
				const document = mergeDocuments(documentOf(all), extra);
				const fields = fieldsOf(all);
				assert.deepEqual(wrongPaths(specify(fields), document), []);
				assert.deepEqual(
					wrongPaths(specify(fields, { strict: true }), document),
					[holder.join("/")],
				);
			}),
			{ numRuns: CASES },
		);
	});

	it("completes a document with its default values, once", () => {
		fc.assert(
			fc.property(places, (all) => {
				const specification = specify(
					fieldsOf(all, ({ right }) => ({ defaultValue: right })),
					{ strict: true },
				);
				const empty = all
					.filter(({ path }) => path.length > 1)
					.map(({ path }) => nest(path.slice(0, -1), {}))
					.reduce(mergeDocuments, {});
				const defaults = findDefaults(specification, empty) ?? {};
				const complete = mergeDocuments(empty, defaults);
				assert.deepEqual(complete, documentOf(all));
				assert.equal(findDefaults(specification, complete), null);
				assert.deepEqual(wrongPaths(specification, complete), []);
			}),
			{ numRuns: CASES },
		);
	});
});

function fieldsOf(
	all: readonly Place[],
	more: (place: Place) => object = () => ({}),
): Record<string, unknown> {
	const fields = new Map<string, unknown>();
	for (const one of all) {
		one.path.slice(0, -1).forEach((_, depth) => {
			const object = one.path.slice(0, depth + 1).join("/");
			fields.set(object, { type: "object" });
		});
		const { type, typeOptions = {} } = one.kind;
		fields.set(one.path.join("/"), {
			type,
			typeOptions,
			mandatory: one.mandatory,
			multivalued: { value: one.multivalued },
			...more(one),
		});
	}
	return Object.fromEntries(fields);
}

function documentOf(all: readonly Place[]): JsonObject {
	return all
		.map(({ path, right }) => nest(path, right))
		.reduce(mergeDocuments, {});
}

function nest(path: readonly string[], value: JsonValue): JsonObject {
	return path.reduceRight<JsonValue>(
		(inner, name) => Object.fromEntries([[name, inner]]) as JsonObject,
		value,
	) as JsonObject;
}

function startsWith(
	path: readonly string[],
	beginning: readonly string[],
): boolean {
	return beginning.every((name, i) => path[i] === name);
}
