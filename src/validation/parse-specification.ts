import { createError, GatewayError } from "../errors/gateway-error.ts";
import { isObject } from "../lib/json.ts";
import { createDraft, type FieldDraft, readField } from "./field-draft.ts";
import type {
	CompileFilters,
	Container,
	Field,
	Specification,
} from "./specification.ts";
import { assertKnown } from "./types/field-type.ts";

/** What was made of a specification: either it is ready, or `problems` says what is wrong with it, a sentence each. */
export type ParsedSpecification =
	| { readonly specification: Specification; readonly problems?: never }
	| { readonly specification?: never; readonly problems: readonly string[] };

/** Reads a specification as a client wrote it: `{strict, fields, validators}`. Every wrong field is named at once. */
export function parseSpecification(
	given: Readonly<Record<string, unknown>>,
	compileFilters: CompileFilters,
): ParsedSpecification {
	const problems: string[] = [];
	const attempt = <T>(read: () => T): T | undefined => {
		try {
			return read();
		} catch (error) {
			if (!(error instanceof GatewayError)) throw error;
			if (problems.length < PROBLEMS_MAX) problems.push(error.message);
			return undefined;
		}
	};
	attempt(() => assertKnown(given, MEMBERS, "collection"));
	const drafts = attempt(() => readFields(given.fields, attempt));
	const root = createDraft({ strict: isTrue(given.strict) });
	for (const [path, draft] of drafts ?? []) {
		attempt(() => attach(path, draft, root, drafts ?? new Map()));
	}
	const filters = attempt(() => readFilters(given.validators, compileFilters));
	if (problems.length > 0) return { problems };
	return {
		specification: {
			...toContainer(root, false),
			passesFilters: filters ?? null,
		},
	};
}

const MEMBERS = ["strict", "fields", "validators"];
const PROBLEMS_MAX = 100;
/** Regular expressions among them take their time to compile, on the event loop. */
const FILTERS_CHARACTERS_MAX = 65_536;

type Attempt = <T>(read: () => T) => T | undefined;
/** Kuzzle takes any value here; what its documentation and its older SDKs write is true or "true". */
function isTrue(value: unknown): boolean {
	return value === true || value === "true";
}

/** By path, in the order in which they are given. A field that is wrong is left out. */
function readFields(
	fields: unknown,
	attempt: Attempt,
): Map<string, FieldDraft> {
	const drafts = new Map<string, FieldDraft>();
	if (fields === undefined || fields === null) return drafts;
	if (!isObject(fields)) {
		throw createError("validation.assert.invalid_type", "fields", "object");
	}
	for (const [path, given] of Object.entries(fields)) {
		const draft = attempt(() => readField(path, given));
		// One that is wrong still counts as a parent: its children are not to blame.
		drafts.set(path, draft ?? createDraft({ strict: false }));
	}
	return drafts;
}

/** Puts a field where its path leads: into the document itself, or into the field that its path names before the last `/`. */
function attach(
	path: string,
	draft: FieldDraft,
	root: FieldDraft,
	drafts: ReadonlyMap<string, FieldDraft>,
): void {
	const slash = path.lastIndexOf("/");
	const parent = slash < 0 ? root : drafts.get(path.slice(0, slash));
	if (parent === undefined) {
		throw createError("validation.assert.missing_parent", path);
	}
	if (!parent.hasMembers) {
		const name = path.slice(0, slash);
		throw createError("validation.assert.unexpected_children", name);
	}
	parent.children.set(path.slice(slash + 1), draft);
}

/**
 * Only a list of filters is one, as the documentation has it. Anything else is kept with the specification and asks for nothing, as in
 * Kuzzle.
 */
function readFilters(
	validators: unknown,
	compileFilters: CompileFilters,
): Specification["passesFilters"] {
	if (!Array.isArray(validators) || validators.length === 0) return null;
	if (!isShort(validators)) {
		const reason = `they have more than ${FILTERS_CHARACTERS_MAX} characters.`;
		throw createError("validation.assert.invalid_filters", reason);
	}
	try {
		return compileFilters(validators);
	} catch (error) {
		if (!(error instanceof GatewayError)) throw error;
		throw createError("validation.assert.invalid_filters", error.message);
	}
}

function isShort(validators: readonly unknown[]): boolean {
	return JSON.stringify(validators).length <= FILTERS_CHARACTERS_MAX;
}

function toContainer(draft: FieldDraft, inherited: boolean): Container {
	const strict = draft.strict ?? inherited;
	const fields = new Map<string, Field>();
	for (const [name, child] of draft.children) {
		fields.set(name, toField(child, strict));
	}
	return { strict, fields };
}

function toField(draft: FieldDraft, inherited: boolean): Field {
	const { hasMembers, strict, children, ...field } = draft;
	return {
		...field,
		members: hasMembers ? toContainer(draft, inherited) : null,
	};
}
