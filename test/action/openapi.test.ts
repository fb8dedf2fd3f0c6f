import assert from "node:assert/strict";
import { describe, it } from "node:test";
import SwaggerParser from "@apidevtools/swagger-parser";
import { names, optionalString, string } from "../../src/action/args.ts";
import { content, fields, none, textField } from "../../src/action/body.ts";
import { type Action, defineAction } from "../../src/action/define-action.ts";
import { toOpenApi } from "../../src/action/openapi.ts";
import { declaredActions } from "../support/declared-actions.ts";

const about = { title: "Portico API", version: "1.2.3" };

interface Operation {
	readonly operationId: string;
	readonly deprecated?: boolean;
	readonly parameters: readonly Readonly<Record<string, unknown>>[];
	readonly responses: {
		readonly 200: {
			readonly schema: { readonly properties: Record<string, unknown> };
		};
	};
}
interface Document {
	readonly paths: Record<string, Record<string, Operation>>;
}

function describeAll(actions: readonly Action[]): Document {
	return toOpenApi(actions, about) as unknown as Document;
}

/** Fails, saying where, on what the official schema of OpenAPI 2.0 or the specification's text forbids. */
async function validate(actions: readonly Action[]): Promise<void> {
	// The validator works on what it is given.
	const document = structuredClone(toOpenApi(actions, about));
	await SwaggerParser.validate(document as never);
}

const odd = defineAction({
	name: "odd:one",
	summary: "Has one of everything.",
	http: ["GET /odd/:_id", "POST /odd/:_id", "POST /odd"],
	deprecatedRoutes: [{ route: "PUT /odd/:_id", since: "1.0.0" }],
	args: {
		_id: string("path", "The id."),
		only: optionalString("Only in some paths.", "path"),
		list: names("Names."),
		deep: {
			place: "query",
			required: false,
			schema: {
				type: "object",
				description: "An object.",
				properties: { a: { type: "string" } },
				example: { a: 1 },
			},
			read: (value) => value,
		},
	},
	body: fields({ text: textField("A text.") }),
	result: null,
	handler: () => null,
});

describe("the OpenAPI document", () => {
	it("is valid by the official schema of OpenAPI 2.0, for every action there is", async () => {
		await validate(declaredActions());
	});

	it("is valid for what declarations may hold, and for none at all", async () => {
		const bare = defineAction({
			name: "odd:two",
			summary: "Has nothing but a body.",
			http: ["POST /_two"],
			args: {},
			body: content("Anything."),
			result: { type: "array", items: {} },
			handler: () => null,
		});
		await validate([odd, bare]);
		await validate([]);
	});

	it("can fail: the validator does look", async () => {
		const broken = { ...odd, http: ["GET /odd/:nameless"] } as const;
		await assert.rejects(validate([broken as Action]), /nameless/);
	});

	it("has each route of each action, and no other", () => {
		const actions = declaredActions();
		const expected = actions.flatMap(({ http, deprecatedRoutes }) => [
			...http,
			...deprecatedRoutes.map(({ route }) => route),
		]);
		const found = Object.entries(describeAll(actions).paths).flatMap(
			([path, operations]) =>
				Object.keys(operations).map(
					(verb) =>
						`${verb.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`,
				),
		);
		assert.deepEqual(new Set(found), new Set(expected));
		assert.equal(found.length, expected.length);
	});

	it("names the route that is meant to be used after the action, and marks the deprecated", () => {
		const { paths } = describeAll([odd]);
		const path = paths["/odd/{_id}"];
		assert.equal(path?.get?.operationId, "odd:one");
		assert.equal(path?.post?.operationId, "odd:one:POST:/odd/:_id");
		assert.equal(path?.put?.deprecated, true);
		assert.equal(path?.get?.deprecated, undefined);
	});

	it("puts arguments where this route has them", () => {
		const { paths } = describeAll([odd]);
		const places = (operation: Operation | undefined) =>
			operation?.parameters.map(({ name, in: place, required }) => [
				name,
				place,
				required,
			]);
		assert.deepEqual(places(paths["/odd/{_id}"]?.get), [
			["_id", "path", true],
			["list", "query", false],
			["deep", "query", false],
		]);
		assert.deepEqual(places(paths["/odd"]?.post), [
			["_id", "query", true],
			["list", "query", false],
			["deep", "query", false],
			["body", "body", true],
		]);
	});

	it("offers no default that is not a value", () => {
		const { paths } = describeAll(declaredActions());
		for (const operations of Object.values(paths))
			for (const { operationId, parameters } of Object.values(operations))
				for (const parameter of parameters)
					assert.doesNotMatch(
						String(parameter.default ?? ""),
						/^[a-z]+\.[a-zA-Z.]+$/,
						`${operationId} ${String(parameter.name)}`,
					);
	});

	it("leaves the result out where there is none", () => {
		const schema = (action: Action) =>
			Object.values(describeAll([action]).paths)[0]?.get?.responses[200].schema;
		assert.equal(schema(odd)?.properties.result, undefined);
		const full = { ...odd, body: none, result: { type: "integer" } } as const;
		assert.deepEqual(schema(full as Action)?.properties.result, {
			type: "integer",
		});
	});
});
