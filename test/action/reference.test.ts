import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { toRoutes } from "../../src/action/action-routes.ts";
import { names, refresh, string } from "../../src/action/args.ts";
import { fields, optionalContent, textField } from "../../src/action/body.ts";
import { type Action, defineAction } from "../../src/action/define-action.ts";
import { toExamples } from "../../src/action/examples.ts";
import { objectOf, text } from "../../src/action/json-schema.ts";
import { toReference } from "../../src/action/reference.ts";
import { renderReference } from "../../src/action/render-reference.ts";
import { createRouteTree } from "../../src/action/routes.ts";
import { declaredActions } from "../support/declared-actions.ts";

const odd = defineAction({
	name: "odd:one",
	summary: "Takes <this> | that.",
	http: ["GET /odd/:_id/:_ids", "POST /odd/:_id/:_ids"],
	deprecatedRoutes: [
		{ route: "PUT /odd/:_id", since: "1.0.0", replacedBy: "/odd" },
	],
	args: {
		_id: string("path", "The id.", "it's 1/2 $HOME"),
		_ids: string("path", "Another."),
		q: string("query", "In the query.", "a&b"),
		list: names("Names."),
		refresh: refresh("wait_for"),
	},
	body: fields({ text: textField("A text.") }),
	result: objectOf({
		hits: { type: "array", items: objectOf({ _id: text("An id.") }) },
	}),
	handler: () => null,
});

interface Sent {
	readonly verb: string;
	readonly url: URL;
	readonly body: unknown;
}

/** Lets a real shell read the line, and says what curl would have been told. */
function readCurl(line: string): Sent {
	const script = `curl() { printf '%s\\0' "$@"; }\n${line}`;
	const words = execFileSync("sh", ["-c", script], {
		encoding: "utf8",
		env: { TOKEN: "t" },
	}).split("\0");
	const after = (flag: string) => words[words.indexOf(flag) + 1] ?? "";
	return {
		verb: after("-X"),
		url: new URL(words[2] ?? ""),
		body: words.includes("-d") ? JSON.parse(after("-d")) : null,
	};
}

/** Fails where the action itself would refuse what its example says. */
function assertTaken(action: Action, args: object, body: unknown): void {
	const given = args as Record<string, unknown>;
	for (const [name, arg] of Object.entries(action.args))
		arg.read(given[name], name, "json");
	action.body.read(body as Record<string, unknown> | null);
}

describe("examples", () => {
	const actions = declaredActions();
	const tree = createRouteTree(toRoutes(actions));

	it("are requests that their actions take, by curl as by WebSocket", () => {
		for (const action of actions) {
			const { curl, webSocket } = toExamples(action);
			const frame = JSON.parse(webSocket);
			assert.equal(`${frame.controller}:${frame.action}`, action.name);
			assertTaken(action, frame, frame.body ?? null);
			const { verb, url, body } = readCurl(curl);
			if (url.pathname === "/_query") {
				assert.deepEqual(body, frame);
				continue;
			}
			const match = tree.match(verb, url.pathname);
			assert.deepEqual(
				[match?.controller, match?.action],
				[action.controller, action.action],
				curl,
			);
			const query = Object.fromEntries(url.searchParams);
			assertTaken(action, { ...query, ...match?.params }, body);
		}
	});

	it("survive a shell and a URL, whatever is in them", () => {
		const { verb, url, body } = readCurl(toExamples(odd).curl);
		const { pathname, searchParams } = url;
		assert.equal(verb, "POST");
		assert.equal(
			decodeURIComponent(pathname.split("/")[2] ?? ""),
			"it's 1/2 $HOME",
		);
		assert.equal(pathname.split("/").length, 4);
		assert.deepEqual([...searchParams], [["q", "a&b"]]);
		assert.deepEqual(body, { text: "my-text" });
	});

	it("go through _query where an action has no route, and have no body that nobody needs", () => {
		const bare = defineAction({
			name: "odd:two",
			summary: "Has no route.",
			http: [],
			args: {},
			body: optionalContent("A query."),
			result: null,
			handler: () => null,
		});
		const { curl, body } = toExamples(bare);
		assert.deepEqual(readCurl(curl).body, {
			controller: "odd",
			action: "two",
		});
		assert.equal(readCurl(curl).url.pathname, "/_query");
		assert.equal(body, null);
	});

	it("are JavaScript for the SDK", () => {
		const { sdk } = toExamples(odd);
		assert.match(sdk, /^const \{ result \} = await kuzzle\.query\(\{\n/);
		assert.match(sdk, /^ {2}controller: "odd",$/m);
		assert.match(sdk, /^ {4}text: "my-text"$/m);
	});
});

describe("the reference", () => {
	const [controller] = toReference([odd]);
	const action = controller?.actions[0];

	it("names every member by its path, and its type", () => {
		const members = action?.result?.members.map(({ name, type }) => [
			name,
			type,
		]);
		assert.deepEqual(members, [
			["hits", "array of object"],
			["hits[]._id", "string"],
		]);
		assert.ok(action?.result?.members.every(({ required }) => !required));
		assert.equal(action?.body?.members[0]?.required, true);
		const wait = action?.args.find(({ name }) => name === "refresh");
		assert.deepEqual(wait?.choices, ['"wait_for"', '"false"']);
		assert.equal(wait?.fallback, '"wait_for"');
	});

	it("tells which routes are deprecated, and what to use instead", () => {
		assert.deepEqual(
			action?.routes.map(({ deprecated }) => deprecated),
			[null, null, "since 1.0.0: use /odd"],
		);
	});
});

describe("docs/actions.md", () => {
	it("has a section for each action, and links that lead to one", () => {
		const page = renderReference(declaredActions());
		const anchors = [...page.matchAll(/^### (.*)$/gm)].map(([, name = ""]) =>
			name.toLowerCase().replace(/[:/]/g, ""),
		);
		const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, link]) => link);
		assert.deepEqual(links, anchors);
		assert.equal(anchors.length, declaredActions().length);
	});

	it("cannot be broken by what a declaration says", () => {
		const args = { _id: string("path", "A <b> or a | in `<code|>`.") };
		const page = renderReference([{ ...odd, args }]);
		assert.ok(page.includes("A &lt;b> or a \\| in `<code\\|>`. |"));
		assert.ok(page.includes("\nTakes &lt;this> | that.\n"));
	});
});
