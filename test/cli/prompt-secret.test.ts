import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { promptSecret } from "../../src/cli/prompt-secret.ts";

function terminal() {
	const modes: boolean[] = [];
	const written: string[] = [];
	const input = Object.assign(new PassThrough(), {
		setRawMode: (raw: boolean) => modes.push(raw),
	});
	const output = { write: (text: string) => written.push(text) };
	return { input, output, modes, written };
}

describe("promptSecret", () => {
	it("reads a line without showing it, and gives the terminal back", async () => {
		const { input, output, modes, written } = terminal();
		const asked = promptSecret("Password: ", { input, output });
		input.write("se");
		input.write("cret\r");
		assert.equal(await asked, "secret");
		assert.deepEqual(written, ["Password: ", "\n"]);
		assert.deepEqual(modes, [true, false]);
	});

	it("knows backspace, and letters of several bytes that come apart", async () => {
		const { input, output } = terminal();
		const asked = promptSecret("", { input, output });
		const bytes = Buffer.from("aé\u{1F511}\u007f\u0008b\n");
		for (const byte of bytes) input.write(Buffer.from([byte]));
		assert.equal(await asked, "ab");
	});

	it("leaves to the next question what was pasted for it", async () => {
		const { input, output } = terminal();
		const first = promptSecret("", { input, output });
		input.write("one\ntwo\n");
		assert.equal(await first, "one");
		assert.equal(await promptSecret("", { input, output }), "two");
	});

	for (const [name, character] of [
		["Ctrl-C", "\u0003"],
		["Ctrl-D", "\u0004"],
	] as const)
		it(`gives up at ${name}`, async () => {
			const { input, output, modes } = terminal();
			const asked = promptSecret("", { input, output });
			input.write(`ab${character}`);
			await assert.rejects(asked, /No password was typed/);
			assert.deepEqual(modes, [true, false]);
		});

	it("gives up when the input ends", async () => {
		const { input, output } = terminal();
		const asked = promptSecret("", { input, output });
		input.end("ab");
		await assert.rejects(asked, /No password was typed/);
	});
});
