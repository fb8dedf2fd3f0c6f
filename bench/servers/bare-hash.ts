// Verifies a password, and nothing else, as often as it is asked to by who started it.
import { scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { readSettings } from "./settings.ts";

interface Settings {
	readonly password: string;
	readonly salt: string;
	readonly cost: { readonly N: number; readonly r: number; readonly p: number };
}

const { password, salt, cost } = readSettings<Settings>();
const hash = promisify<
	string,
	Buffer,
	number,
	Settings["cost"] & { maxmem: number },
	Buffer
>(scrypt);
const KEY_BYTES = 32;
/** What it takes, and some. */
const maxmem = 256 * cost.N * cost.r;
const expected = await verify();

process.once("disconnect", () => process.exit());
process.on("message", async (times: number) => {
	for (let n = 0; n < times; n++) {
		if (!timingSafeEqual(await verify(), expected)) throw new Error("wrong");
	}
	process.send?.("done");
});
process.send?.("ready");

function verify(): Promise<Buffer> {
	return hash(password, Buffer.from(salt, "hex"), KEY_BYTES, {
		...cost,
		maxmem,
	});
}
