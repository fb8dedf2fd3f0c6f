import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
	lifetime,
	parseLifetime,
	tokenLifetime,
} from "../../src/action/duration.ts";
import { isError } from "../support/assert-error.ts";

const REFUSED = Symbol("refused");
const HOUR = 3_600_000;

/** What both say of a value: of an API key, and of a login token where it differs. `undefined` means the default. */
const rows: [
	given: unknown,
	key: number | undefined | typeof REFUSED,
	token?: number | undefined | typeof REFUSED,
][] = [
	[undefined, undefined],
	[null, undefined],
	["", undefined],
	[false, undefined],
	[-1, -1],
	["-1", -1],
	[60_000, 60_000],
	["60000", 60_000],
	[1, 1],
	["6d", 6 * 24 * HOUR],
	["10h", 10 * HOUR],
	["1h", HOUR],
	["2 days", 48 * HOUR],
	["1.5h", 1.5 * HOUR],
	[0, REFUSED, undefined],
	[-0, REFUSED, undefined],
	["0", REFUSED],
	["0s", REFUSED],
	[-5, REFUSED, -5],
	["-5", REFUSED, -5],
	["-1h", REFUSED, -HOUR],
	[1.5, REFUSED, 1.5],
	["0.5", REFUSED, 0.5],
	[true, REFUSED],
	[{}, REFUSED],
	[{ toString: 1 }, REFUSED],
	[[], REFUSED],
	[["1h", "2h"], REFUSED],
	["garbage", REFUSED],
	["1e3", REFUSED],
	[" 1h", REFUSED],
	["NaN", REFUSED],
	["Infinity", REFUSED],
	[Number.NaN, REFUSED],
	[Number.POSITIVE_INFINITY, REFUSED],
	[Number.NEGATIVE_INFINITY, REFUSED],
	[1e300, REFUSED],
	[-1e300, REFUSED],
	[Number.MAX_SAFE_INTEGER, REFUSED],
	["9".repeat(99), REFUSED],
	["1".repeat(101), REFUSED],
	[`${"0".repeat(10_000)}1h`, REFUSED],
];

describe("expiresIn", () => {
	for (const row of rows) {
		const [given, key] = row;
		const token = row.length === 3 ? row[2] : key;
		const shown = String(JSON.stringify(given) ?? given).slice(0, 40);
		it(`of an API key: ${shown}`, () => {
			check(() => lifetime("", "-1").read(given, "expiresIn", "json"), key);
		});
		it(`of a login token: ${shown}`, () => {
			check(
				() => tokenLifetime("", "1h").read(given, "expiresIn", "json"),
				token,
			);
		});
	}

	function check(read: () => unknown, expected: unknown): void {
		if (expected !== REFUSED) {
			assert.equal(read(), expected);
			return;
		}
		assert.throws(read, (error) => {
			isError("api.assert.invalid_argument")(error);
			assert.equal((error as { props: unknown[] }).props[0], "expiresIn");
			return true;
		});
	}

	it("of the configuration reads the same texts and numbers", () => {
		assert.equal(parseLifetime("1h"), HOUR);
		assert.equal(parseLifetime(-1), -1);
		assert.ok(Number.isNaN(parseLifetime("")));
		assert.ok(Number.isNaN(parseLifetime(null)));
	});
});
