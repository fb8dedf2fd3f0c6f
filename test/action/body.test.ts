import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
	content,
	fields,
	listField,
	none,
	objectField,
	optionalContent,
	optionalListField,
	optionalTextField,
	textField,
} from "../../src/action/body.ts";
import { isError } from "../support/assert-error.ts";

const required = fields({
	description: textField("What for."),
	note: optionalTextField("A note."),
});
const optional = fields({
	content: objectField("Content.", { required: false }),
});
const demanding = fields({
	content: objectField("Content.", { required: true }),
});

describe("a body of fields", () => {
	it("is missing when it is absent or a list, if a field must be there", () => {
		for (const body of [null, [], [{ description: "x" }]]) {
			assert.throws(
				() => required.read(body),
				isError("api.assert.body_required", []),
			);
			assert.deepEqual(optional.read(body), { content: {} });
		}
	});

	it("names a field by its path in the body", () => {
		assert.throws(
			() => required.read({}),
			isError("api.assert.missing_argument", ["body.description"]),
		);
		for (const description of [null, 12, {}, []]) {
			assert.throws(
				() => required.read({ description }),
				isError("api.assert.invalid_type", ["body.description", "string"]),
			);
		}
		assert.throws(
			() => required.read({ description: "x", note: null }),
			isError("api.assert.invalid_type", ["body.note", "string"]),
		);
	});

	it("takes the empty text, and leaves out what it does not know", () => {
		assert.deepEqual(required.read({ description: "", other: 1 }), {
			description: "",
			note: undefined,
		});
	});

	it("sees only the body's own members", () => {
		const inherited = Object.create({ description: "inherited" });
		assert.throws(
			() => required.read(inherited),
			isError("api.assert.missing_argument", ["body.description"]),
		);
	});

	it("reads objects", () => {
		assert.deepEqual(optional.read({ content: null }), { content: {} });
		assert.deepEqual(demanding.read({ content: { a: 1 } }), {
			content: { a: 1 },
		});
		assert.throws(
			() => demanding.read({}),
			isError("api.assert.missing_argument", ["body.content"]),
		);
		for (const value of ["x", 1, []]) {
			for (const body of [optional, demanding]) {
				assert.throws(
					() => body.read({ content: value }),
					isError("api.assert.invalid_type", ["body.content", "object"]),
				);
			}
		}
		assert.throws(
			() => demanding.read({ content: null }),
			isError("api.assert.invalid_type", ["body.content", "object"]),
		);
	});

	it("describes itself", () => {
		assert.deepEqual(required.schema?.required, ["description"]);
		assert.equal(required.required, true);
		assert.equal(optional.required, false);
	});
});

describe("a body that is the content", () => {
	it("is any object", () => {
		const body = { anything: [1] };
		assert.equal(content("").read(body), body);
		assert.equal(optionalContent("").read(body), body);
	});

	it("is missing when it is absent or a list", () => {
		for (const body of [null, []]) {
			assert.throws(
				() => content("").read(body),
				isError("api.assert.body_required", []),
			);
			assert.deepEqual(optionalContent("").read(body), {});
		}
	});
});

it("an action without a body reads none", () => {
	assert.equal(none.read({ a: 1 }), null);
});

describe("a list in a body", () => {
	const items = { type: "string", description: "An id." } as const;
	const lists = fields({ ids: listField("Ids.", items) });
	const maybe = fields({ ids: optionalListField("Ids.", items) });

	it("is handed over as it is", () => {
		const ids = ["a", 1, null];
		assert.deepEqual(lists.read({ ids }), { ids });
		assert.deepEqual(maybe.read({ ids: [] }), { ids: [] });
	});

	it("may be left out, or not", () => {
		assert.deepEqual(maybe.read(null), { ids: undefined });
		assert.throws(
			() => lists.read({}),
			isError("api.assert.missing_argument", ["body.ids"]),
		);
		assert.throws(() => lists.read(null), isError("api.assert.body_required"));
	});

	it("is nothing else", () => {
		for (const ids of ["a", { 0: "a" }, null, 1]) {
			for (const body of [lists, maybe]) {
				assert.throws(
					() => body.read({ ids }),
					isError("api.assert.invalid_type", ["body.ids", "array"]),
				);
			}
		}
	});
});
