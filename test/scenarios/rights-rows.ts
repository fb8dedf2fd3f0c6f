import { matching } from "../support/matchers.ts";
import type { Wrong } from "../support/scenario-rows.ts";

/* What is wrong with the roles r-{n}, with the profiles p-{n} and with lists of ids, whichever action is given them. */

const policies = [{ roleId: "default" }];

/** Shapes of `controllers`, with the id and values of the error (recorded). */
export function badControllers(): Wrong[] {
	const empty = "api.assert.empty_argument";
	const absent = "api.assert.missing_argument";
	const type = "api.assert.invalid_type";
	const own = matching(/^r-\d+\.controllers$/);
	const cases: [unknown, Wrong["error"], NonNullable<Wrong["props"]>][] = [
		[undefined, empty, [own]],
		[null, absent, [own]],
		[{}, empty, [own]],
		[[], type, [own, "object"]],
		["x", type, [own, "object"]],
		[{ document: "x" }, type, ["document", "object"]],
		[{ document: {} }, empty, ["document"]],
		[{ document: { extra: 1 } }, absent, ["document.actions"]],
		[{ document: { actions: {} } }, empty, ["document.actions"]],
		[{ document: { actions: [] } }, type, ["document.actions", "object"]],
		...["yes", 1, null, { test: 1 }].map(
			(get): [unknown, typeof type, string[]] => [
				{ document: { actions: { get } } },
				type,
				["document.actions.get", "boolean"],
			],
		),
	];
	return cases.map(([value, error, props]) => ({
		when: `controllers = ${JSON.stringify(value)}`,
		body: { controllers: value },
		...(error === undefined ? {} : { error }),
		props,
	}));
}

/** Shapes of a profile; names in errors begin with its id. */
export function badProfiles(): Wrong[] {
	const absent = "api.assert.missing_argument";
	const type = "api.assert.invalid_type";
	const odd = "api.assert.unexpected_argument";
	const at = (place: string) =>
		matching(new RegExp(`^p-\\d+\\.${place.replace(/[[\].]/g, "\\$&")}$`));
	const within = (restrictedTo: unknown) => ({
		policies: [{ roleId: "default", restrictedTo }],
	});
	const cases: [object, Wrong["error"], NonNullable<Wrong["props"]>][] = [
		[{}, absent, ["body.policies"]],
		...["x", {}, 1].map((value): [object, typeof type, string[]] => [
			{ policies: value },
			type,
			["body.policies", "array"],
		]),
		[{ policies: ["x"] }, type, [at("policies[0]"), "object"]],
		...[undefined, null, ""].map((roleId): (typeof cases)[number] => [
			{ policies: [{ roleId }] },
			absent,
			[at("policies[0].roleId")],
		]),
		[{ policies: [{ roleId: 12 }] }, "security.role.not_found", [12]],
		[
			{ policies: [{ roleId: "default", extra: 1 }] },
			odd,
			[at("policies[0].extra"), '"roleId", "restrictedTo"'],
		],
		[within("x"), type, [at("policies[0].restrictedTo"), "object[]"]],
		[within(["x"]), type, [at("policies[0].restrictedTo[0]"), "object"]],
		[within([{}]), absent, [at("policies[0].restrictedTo[0].index")]],
		[
			within([{ index: "i", extra: 1 }]),
			odd,
			[at("policies[0].restrictedTo[0].extra"), '"index", "collections"'],
		],
		...["c", [1], {}].map((collections): (typeof cases)[number] => [
			within([{ index: "i", collections }]),
			type,
			[at("policies[0].restrictedTo[0].collections"), "string[]"],
		]),
		[
			{ policies, rateLimit: -1 },
			"api.assert.invalid_argument",
			["rateLimit", matching(/./)],
		],
		...["x", 1.5, true, {}].map((rateLimit): (typeof cases)[number] => [
			{ policies, rateLimit },
			type,
			["rateLimit", "integer"],
		]),
	];
	return cases.map(([body, error, props]) => ({
		when: `the profile ${JSON.stringify(body)}`,
		body,
		...(error === undefined ? {} : { error }),
		props,
	}));
}

/** Of the actions that take the ids of several. */
export function badLists(): Wrong[] {
	return [
		{
			when: "no ids",
			body: {},
			error: "api.assert.missing_argument",
			props: ["body.ids"],
		},
		...["x", { 0: "x" }, null, 1].map((ids) => ({
			when: `body.ids = ${JSON.stringify(ids)}`,
			body: { ids },
			error: "api.assert.invalid_type" as const,
			props: ["body.ids", "array"],
		})),
	];
}
