import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createReference } from "../../../protocols/reference/create-reference.ts";
import { string } from "../../../src/action/args.ts";
import { fields, textField } from "../../../src/action/body.ts";
import { defineAction } from "../../../src/action/define-action.ts";
import { silentLog } from "../../../src/lib/log.ts";
import { declaredActions } from "../../support/declared-actions.ts";
import { type HttpReply, httpCall } from "../../support/http-call.ts";
import { type Protocols, startProtocols } from "../start-protocols.ts";

const EVIL = `<img src=x onerror=alert(1)>"'</textarea><script>`;
const evil = defineAction({
	name: "zz:evil",
	summary: `Says ${EVIL} and \`${EVIL}\`.`,
	http: ["POST /zz/:_id"],
	args: { _id: string("path", EVIL, EVIL) },
	body: fields({ text: textField(EVIL) }),
	result: { type: "object", description: EVIL },
	handler: () => null,
});

describe("the action reference", () => {
	const actions = [...declaredActions(), evil];
	let protocols: Protocols;
	let asked = 0;
	before(async () => {
		protocols = await startProtocols({
			extra: {
				fallback: createReference({
					actions() {
						asked++;
						return actions;
					},
					version: "1.2.3",
					log: silentLog,
				}),
			},
		});
	});
	after(() => protocols.close());

	const get = (path: string, method = "GET"): Promise<HttpReply> =>
		httpCall(protocols.url, method, path);

	it("lists every action, with a link to its section", async () => {
		const { text, status } = await get("/_docs/");
		assert.equal(status, 200);
		for (const { name, controller } of actions) {
			const link = `href="${controller}#${name.replace(":", "-")}"`;
			assert.ok(text.includes(link), name);
		}
	});

	it("has a page for each controller, with a section and a form for each action", async () => {
		for (const { name, controller, action, args } of actions) {
			const { text, status } = await get(`/_docs/${controller}`);
			assert.equal(status, 200);
			const [, section = ""] = text.split(
				`<section id="${controller}-${action}"`,
			);
			const [own = ""] = section.split("</section>");
			assert.ok(own.includes(`data-controller="${controller}"`), name);
			assert.ok(own.includes(`data-action="${action}"`), name);
			for (const arg of Object.keys(args))
				assert.ok(own.includes(`data-name="${arg}"`), `${name} ${arg}`);
		}
	});

	it("gives each field a label, and no two elements one id", async () => {
		for (const controller of new Set(actions.map((one) => one.controller))) {
			const { text } = await get(`/_docs/${controller}`);
			const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
			assert.equal(new Set(ids).size, ids.length);
			const labels = [...text.matchAll(/<label for="([^"]*)"/g)].map(
				([, id]) => id,
			);
			const fields = [
				...text.matchAll(/<(?:input|select|textarea) id="([^"]*)"/g),
			].map(([, id]) => id);
			assert.deepEqual(labels, fields);
			assert.equal(
				text.match(/<(input|select|textarea)\b/g)?.length,
				fields.length,
			);
		}
	});

	it("escapes all that a declaration says", async () => {
		for (const path of ["/_docs/", "/_docs/zz"]) {
			const { text } = await get(path);
			assert.ok(text.includes("&lt;img src=x"));
			assert.ok(!text.includes("<img"));
			assert.equal(text.match(/<script/g)?.length, 1);
			assert.equal(
				text.match(/<textarea/g)?.length,
				text.match(/<\/textarea>/g)?.length,
			);
		}
	});

	it("holds nothing inline and nothing from elsewhere, and forbids both", async () => {
		for (const path of ["/_docs/", "/_docs/auth", "/_docs/none"]) {
			const { text, headers } = await get(path);
			assert.doesNotMatch(
				text,
				/<style|<[^>]*\s(?:style|on\w+)=|="javascript:/i,
			);
			for (const [, target = ""] of text.matchAll(/(?:src|href)="([^"]*)"/g))
				assert.doesNotMatch(target, /^(?:\w+:|\/)/, "every link is relative");
			const policy = String(headers["content-security-policy"]);
			assert.match(policy, /^default-src 'none';/);
			assert.doesNotMatch(policy, /unsafe|\*|http|data:/);
			assert.equal(headers["x-content-type-options"], "nosniff");
			assert.equal(headers["x-frame-options"], "DENY");
			assert.equal(headers["x-powered-by"], undefined);
		}
	});

	it("serves what its pages load, and the pages again from the browser's memory", async () => {
		const { text, headers } = await get("/_docs/auth");
		const assets = [...text.matchAll(/(?:src|href)="([\w-]+\.\w+)"/g)];
		assert.equal(assets.length, 3);
		const types = await Promise.all(
			assets.map(async ([, name]) => {
				const asset = await get(`/_docs/${name}`);
				assert.equal(asset.status, 200);
				return String(asset.headers["content-type"]).split(";")[0];
			}),
		);
		assert.deepEqual(types, ["image/svg+xml", "text/css", "text/javascript"]);
		const again = await httpCall(protocols.url, "GET", "/_docs/auth", {
			headers: { "if-none-match": String(headers.etag) },
		});
		assert.equal(again.status, 304);
	});

	it("leads to its first page by a relative redirect, which holds under any mount path", async () => {
		const { status, headers } = await get("/_docs");
		assert.deepEqual([status, headers.location], [302, "_docs/"]);
	});

	it("answers what is not there, and what it does not do, without a word of its inside", async () => {
		const missing = await get("/_docs/none");
		assert.equal(missing.status, 404);
		assert.match(missing.text, /no such page/i);
		assert.equal((await get("/_docs/Auth")).status, 404);
		assert.equal((await get("/_docs/auth/")).status, 404);
		assert.equal((await get("/_docs/auth", "HEAD")).text, "");
		for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
			const reply = await get("/_docs/auth", method);
			assert.deepEqual([reply.status, reply.headers.allow], [405, "GET, HEAD"]);
		}
		const odd = await get("/_docs/%zz");
		assert.ok(odd.status >= 400 && odd.status < 500);
		assert.doesNotMatch(odd.text, /node_modules|at \w+/);
	});

	it("takes no path from the API", async () => {
		for (const path of ["/_docsx", "/x/_docs", "/_now"]) {
			const { headers } = await get(path);
			assert.match(String(headers["content-type"]), /json/);
		}
	});

	it("asks what there is to show once", () => {
		assert.equal(asked, 1);
	});
});
