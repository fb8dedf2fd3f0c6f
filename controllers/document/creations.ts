import { optionalString, refresh } from "../../src/action/args.ts";
import { content } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { place } from "../collection/place.ts";
import type { DataContext } from "./context.ts";
import { documentShape } from "./shapes.ts";
import { documentArgs, silent, strictRefresh } from "./write-args.ts";
import { toContent, toSource, writeOne } from "./write-one.ts";

/* A whole document is written. */

export const wholeContent = content("The document's content.");

export const create = (data: DataContext) =>
	defineAction({
		name: "document:create",
		summary: "Creates a document; an id that is taken is refused.",
		http: [
			"POST /:index/:collection/_create",
			"POST /:index/:collection/:_id/_create",
		],
		args: {
			...place,
			_id: optionalString("The document's id. Default: generated.", "path"),
			refresh: refresh(false),
			silent,
		},
		body: wholeContent,
		result: documentShape(["_source", "_version"]),
		async handler(call) {
			const content = toContent(call.body);
			const { _id: id } = call.args;
			return toSource(
				await writeOne(data, call, { kind: "create", id, content }),
			);
		},
	});

export const createOrReplace = (data: DataContext) =>
	defineAction({
		name: "document:createOrReplace",
		summary: "Creates a document, or replaces the one that has its id.",
		http: ["PUT /:index/:collection/:_id"],
		args: { ...documentArgs, refresh: strictRefresh, silent },
		body: wholeContent,
		result: documentShape(["_source", "_version", "created"]),
		async handler(call) {
			const content = toContent(call.body);
			const { _id: id } = call.args;
			const kind = "createOrReplace";
			const written = await writeOne(data, call, { kind, id, content });
			return { ...toSource(written), created: written.created };
		},
	});

export const replace = (data: DataContext) =>
	defineAction({
		name: "document:replace",
		summary: "Replaces a document; an id that is missing is refused.",
		http: ["PUT /:index/:collection/:_id/_replace"],
		args: { ...documentArgs, refresh: strictRefresh, silent },
		body: wholeContent,
		result: documentShape(["_source", "_version"]),
		async handler(call) {
			const content = toContent(call.body);
			const { _id: id } = call.args;
			return toSource(
				await writeOne(data, call, { kind: "replace", id, content }),
			);
		},
	});
