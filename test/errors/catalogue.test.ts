import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import {
	type CatalogueEntry,
	catalogue,
	type ErrorId,
} from "../../src/errors/catalogue.ts";
import {
	createBareError,
	createError,
	createErrorFrom,
	createMultipleError,
	isErrorId,
} from "../../src/errors/gateway-error.ts";
import { renderErrors } from "../../src/errors/render-errors.ts";
import { packageRoot } from "../../src/lib/package-root.ts";

interface Fact {
	readonly code: number;
	readonly class: string;
	readonly status: number;
}

const facts = JSON.parse(
	readFileSync(
		path.join(packageRoot, "test/errors/kuzzle-errors.json"),
		"utf8",
	),
) as Record<string, Fact>;
const entries = Object.entries<CatalogueEntry>(catalogue);
const messageOf = (entry: CatalogueEntry) =>
	entry.message as (...params: unknown[]) => string;

/** Where we differ on purpose: a lost store is a passing state (design: "Storage"). */
const DIFFERENCES: Record<string, Omit<Fact, "code">> = {
	"services.storage.not_connected": {
		class: "ServiceUnavailableError",
		status: 503,
	},
};

describe("error catalogue", () => {
	it("holds Kuzzle's ids, each with its code, class and status, and no other in Kuzzle's name", () => {
		const kuzzles = entries.filter(([id]) => !id.startsWith("portico."));
		assert.equal(Object.keys(facts).length, 281);
		assert.deepEqual(
			Object.fromEntries(
				kuzzles.map(([id, entry]) => [
					id,
					{ code: entry.code, class: entry.class, status: entry.status },
				]),
			),
			Object.fromEntries(
				Object.entries(facts).map(([id, fact]) => [
					id,
					{ ...fact, ...DIFFERENCES[id] },
				]),
			),
		);
	});

	it("has a few ids of its own, in a domain that Kuzzle does not use", () => {
		const own = entries.filter(([id]) => id.startsWith("portico."));
		assert.deepEqual(
			own.map(([id, entry]) => [id, entry.code >> 24, entry.status]),
			[
				["portico.call.timeout", 0x50, 504],
				["portico.call.outcome_unknown", 0x50, 504],
				["portico.storage.full", 0x50, 503],
				["portico.storage.read_only", 0x50, 503],
				["portico.token.in_url", 0x50, 400],
			],
		);
		for (const fact of Object.values(facts))
			assert.notEqual(fact.code >> 24, 0x50);
	});

	it("uses each code once", () => {
		assert.equal(
			new Set(entries.map(([, entry]) => entry.code)).size,
			entries.length,
		);
	});

	it("builds codes of domain, subdomain and error: ids of one subdomain share the upper half", () => {
		const halves = new Map<string, number>();
		for (const [id, entry] of entries) {
			const subdomain = id.slice(0, id.lastIndexOf("."));
			const half = entry.code >>> 16;
			assert.equal(half, halves.get(subdomain) ?? half, id);
			halves.set(subdomain, half);
			assert.notEqual(entry.code & 0xffff, 0, id);
		}
		assert.equal(new Set(halves.values()).size, halves.size);
	});

	it("writes a sentence for every id that quotes each of its values", () => {
		for (const [id, entry] of entries) {
			const params = Array.from(
				{ length: entry.message.length },
				(_, i) => `value-${i}`,
			);
			const message = messageOf(entry)(...params);
			for (const value of params) assert.ok(message.includes(value), id);
			assert.match(message, /^\S.*\S$/, id);
			assert.doesNotMatch(message, /undefined|\[object|NaN| {2}/, id);
		}
	});

	it("writes well without the values that are not always known", () => {
		const short = [
			createError("services.storage.not_found", "a"),
			createError("security.rights.unauthorized", "auth", "logout"),
			createError("security.profile.in_use"),
			createError("services.storage.incomplete_delete"),
			createError("security.token.invalid_expiration", "expiresIn"),
			createError("security.role.unknown_action", "r", "get", "*"),
			createError("security.role.unknown_action", "r", "get", "*", ""),
		];
		for (const error of short)
			assert.doesNotMatch(error.message, /undefined| {2}|\s$/);
	});
});

describe("errors made from the catalogue", () => {
	it("carry id, code, status, class and exactly the given values as props", () => {
		const error = createError("services.storage.not_found", "1", "nyc", "cars");
		assert.deepEqual(error.toJSON(), {
			id: "services.storage.not_found",
			code: 0x0101000b,
			status: 404,
			message: error.message,
			props: ["1", "nyc", "cars"],
		});
		assert.equal(error.name, "NotFoundError");
		assert.deepEqual(
			createError("api.assert.unexpected_argument", "zz", ["kuzzle", "app"])
				.props,
			["zz", ["kuzzle", "app"]],
		);
		assert.deepEqual(createError("security.profile.in_use").props, []);
	});

	it("keep a cause for the log, away from the wire", () => {
		const cause = new Error("secret detail");
		const error = createErrorFrom(cause, "services.storage.not_connected");
		assert.equal(error.cause, cause);
		assert.equal(error.status, 503);
		assert.ok(!JSON.stringify(error).includes("secret"));
	});

	it("hold the failures that they stand for, and their count", () => {
		const error = createMultipleError(
			["a", "b"],
			"api.process.incomplete_multiple_request",
			"mCreate",
		);
		assert.deepEqual(error.toJSON().errors, ["a", "b"]);
		assert.equal(error.toJSON().count, 2);
	});

	it("may be bare: a status and a message only", () => {
		assert.deepEqual(createBareError(400, "no").toJSON(), {
			status: 400,
			message: "no",
		});
	});

	it("are told apart by id", () => {
		const error: unknown = createError("security.token.invalid");
		assert.ok(isErrorId(error, "security.token.invalid"));
		assert.ok(!isErrorId(error, "security.token.expired"));
		assert.ok(!isErrorId(new Error("x"), "security.token.invalid"));
	});

	it("cannot be made from a misspelt id or with the wrong values", () => {
		// The compiler is the test: each of these lines fails the build once it compiles.
		const calls = [
			// @ts-expect-error: no such id.
			() => createError("security.token.invlaid"),
			// @ts-expect-error: a value is missing.
			() => createError("api.assert.missing_argument"),
			// @ts-expect-error: a value too many.
			() => createError("security.token.invalid", "x"),
			// @ts-expect-error: a value of the wrong type.
			() => createError("api.assert.missing_argument", 12),
		];
		assert.equal(calls.length, 4);
		const either: ErrorId =
			calls.length > 2 ? "api.process.overloaded" : "security.token.invalid";
		assert.equal(createError(either).status, 503);
	});
});

describe("error reference", () => {
	it("lists every id once, with its code in hexadecimal and decimal", () => {
		const page = renderErrors();
		for (const [id, entry] of entries) {
			const hex = `0x${entry.code.toString(16).padStart(8, "0")}`;
			const row = `| \`${id}\` | \`${hex}\` ${entry.code} | ${entry.status} | ${entry.class} | `;
			assert.equal(page.split(row).length, 2, id);
		}
		assert.match(page, /‹index›:‹collection›.* \| id, index, collection \|/);
	});
});
