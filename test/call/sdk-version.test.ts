import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertSdkVersion } from "../../src/call/sdk-version.ts";
import { isError } from "../support/assert-error.ts";

const passing: (Record<string, unknown> | null)[] = [
	null,
	{},
	{ sdkName: "js@7.17.1" },
	{ sdkName: "js@7" },
	{ sdkName: "js@10.0.0" },
	{ sdkName: "csharp@2.0.0" },
	{ sdkName: "cpp@2.0.0" },
	{ sdkName: "java@3.1.0" },
	{ sdkName: "android@5.0.0" },
	{ sdkName: "go@3.0.0" },
	{ sdkName: "php@4.0.0" },
	{ sdkName: "rust@0.1.0" },
	{ sdkName: "js" },
	{ sdkName: "js@" },
	{ sdkName: 7 },
	{ sdkName: null },
	{ sdkName: "toString@1" },
	{ sdkVersion: null },
	{ sdkVersion: "" },
];
const refused: [Record<string, unknown>, string][] = [
	[{ sdkVersion: "5.0.0" }, "5.0.0"],
	[{ sdkVersion: 5 }, "5"],
	[{ sdkVersion: { toString: 1, valueOf: 1 } }, "an object"],
	[{ sdkVersion: "9".repeat(1000) }, "9".repeat(100)],
	[{ sdkName: "js@6.9.9" }, "6.9.9"],
	[{ sdkName: "csharp@1.0.0" }, "1.0.0"],
	[{ sdkName: "cpp@1.2.3" }, "1.2.3"],
	[{ sdkName: "java@2.0.0" }, "2.0.0"],
	[{ sdkName: "android@4.0.0" }, "4.0.0"],
	[{ sdkName: "go@2.0.0" }, "2.0.0"],
	[{ sdkName: "php@3.9.0" }, "3.9.0"],
];

describe("the check of SDK versions", () => {
	for (const volatile of passing) {
		it(`lets ${JSON.stringify(volatile)} pass`, () => {
			assertSdkVersion(volatile);
		});
	}
	for (const [volatile, version] of refused) {
		it(`refuses ${JSON.stringify(volatile).slice(0, 60)}`, () => {
			assert.throws(
				() => assertSdkVersion(volatile),
				isError("api.process.incompatible_sdk_version", [version, "Kuzzle v2"]),
			);
		});
	}
});
