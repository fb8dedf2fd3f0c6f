import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toAddressBlock } from "../../src/lib/address-block.ts";

describe("toAddressBlock", () => {
	const rows: readonly (readonly [string, string])[] = [
		["192.0.2.7", "192.0.2.7"],
		["", ""],
		["unix socket", "unix socket"],
		["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
		["2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"],
		["2001:0DB8:0001:0002::9", "2001:db8:1:2::/64"],
		["2001:db8::1", "2001:db8:0:0::/64"],
		["::1", "0:0:0:0::/64"],
		["::", "0:0:0:0::/64"],
		["1::", "1:0:0:0::/64"],
		["64:ff9b::192.0.2.1", "64:ff9b:0:0::/64"],
		["fe80::1%eth0", "fe80:0:0:0::/64"],
	];
	for (const [address, block] of rows) {
		it(`${JSON.stringify(address)} is of ${JSON.stringify(block)}`, () => {
			assert.equal(toAddressBlock(address), block);
		});
	}
});
