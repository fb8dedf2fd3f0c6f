import {
	type Arg,
	flag,
	type Refresh,
	refresh,
	string,
} from "../../src/action/args.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import { place } from "../collection/place.ts";

/* The arguments of the actions that read and write documents. */

export const documentArgs = {
	...place,
	_id: string("path", "The document's id."),
};

export const silent = flag("Sends no notification of the change.");
export const strict = flag(
	"Answers an error when one document of the list failed. What could be done is done all the same.",
);

/** As `refresh`, but what it does not know is refused. */
export const strictRefresh: Arg<Refresh> = {
	...refresh(false),
	read(value, name) {
		if (value === undefined || value === null) return false;
		if (value === "wait_for") return value;
		if (value === false || value === "false" || value === "") return false;
		if (typeof value !== "string")
			throw createError("api.assert.invalid_type", name, "string");
		throw createError(
			"services.storage.invalid_argument",
			name,
			'"wait_for", false',
		);
	},
};

/** Unlike other flags it is on unless it says no, so that its text counts in the query string too. */
export const sourceUnlessFalse: Arg<boolean> = {
	place: "query",
	required: false,
	schema: {
		type: "boolean",
		description: "False leaves the contents out of the answer.",
		default: true,
	},
	read(value, name, notation) {
		if (value === undefined || value === null) return true;
		if (value === false || value === "false") return false;
		if (value === true || notation === "query") return true;
		throw createError("api.assert.invalid_type", name, "boolean");
	},
};

/** Undefined when left out. Below zero counts as zero, and what is no number is refused as the store would (recorded). */
export const retryOnConflict: Arg<number | undefined> = {
	place: "query",
	required: false,
	schema: {
		type: "integer",
		description:
			"How often to try again when another update came first. Default: `services.storageEngine.defaults.onUpdateConflictRetries`.",
	},
	read(value, name) {
		if (value === undefined || value === null) return undefined;
		const number = typeof value === "string" ? Number(value) : value;
		if (typeof number === "number" && Number.isSafeInteger(number))
			return Math.max(number, 0);
		throw createError(
			"services.storage.unexpected_bad_request",
			`"${name}" must be an integer`,
		);
	},
};
