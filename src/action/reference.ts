import type { Action } from "./define-action.ts";
import { type Examples, toExamples } from "./examples.ts";
import type { JsonSchema } from "./json-schema.ts";

/** What a person reads of the actions of one controller. The pages at /_docs and docs/actions.md show it. */
export interface ControllerReference {
	readonly name: string;
	readonly actions: readonly ActionReference[];
}

export interface ActionReference {
	/** `controller:action`. */
	readonly name: string;
	readonly controller: string;
	readonly action: string;
	readonly summary: string;
	readonly routes: readonly RouteReference[];
	readonly args: readonly MemberReference[];
	/** Null: no body is read. */
	readonly body: ContentReference | null;
	/** Null: the action answers no result. */
	readonly result: ContentReference | null;
	readonly examples: Examples;
}

export interface RouteReference {
	readonly verb: string;
	readonly path: string;
	/** Since when, and what to use instead; null for a route that is meant to be used. */
	readonly deprecated: string | null;
}

export interface ContentReference {
	readonly type: string;
	readonly description: string;
	readonly required: boolean;
	/** Of objects, at any depth: `_source.token`, `hits[]._id`. */
	readonly members: readonly MemberReference[];
}

export interface MemberReference {
	readonly name: string;
	readonly type: string;
	readonly description: string;
	readonly required: boolean;
	/** As JSON; null where there is none. */
	readonly fallback: string | null;
	/** The only values there are, as JSON; empty where others are too. */
	readonly choices: readonly string[];
}

/** By controller, in the order of the declarations. */
export function toReference(
	actions: readonly Action[],
): readonly ControllerReference[] {
	const controllers = [...new Set(actions.map(({ controller }) => controller))];
	return controllers.map((name) => ({
		name,
		actions: actions
			.filter(({ controller }) => controller === name)
			.map(toActionReference),
	}));
}

function toActionReference(action: Action): ActionReference {
	const { name, controller, action: shortName, summary, body, result } = action;
	return {
		name,
		controller,
		action: shortName,
		summary,
		routes: toRouteReferences(action),
		args: Object.entries(action.args).map(([argName, { schema, required }]) =>
			toMember(argName, schema, required),
		),
		body: body.schema === null ? null : toContent(body.schema, body.required),
		result: result === null ? null : toResult(result),
		examples: toExamples(action),
	};
}

function toRouteReferences(action: Action): RouteReference[] {
	const toRoute = (route: string, deprecated: string | null) => {
		const [verb = "", path = ""] = route.split(" ");
		return { verb, path, deprecated };
	};
	return [
		...action.http.map((route) => toRoute(route, null)),
		...action.deprecatedRoutes.map(({ route, since, replacedBy }) =>
			toRoute(
				route,
				`since ${since}${replacedBy === undefined ? "" : `: use ${replacedBy}`}`,
			),
		),
	];
}

function toContent(schema: JsonSchema, required: boolean): ContentReference {
	return {
		type: typeOf(schema),
		description: schema.description ?? "",
		required,
		members: membersOf(schema, ""),
	};
}

/** Whether something must be given is a question of requests only. */
function toResult(schema: JsonSchema): ContentReference {
	const content = toContent(schema, true);
	const members = content.members.map((member) => ({
		...member,
		required: false,
	}));
	return { ...content, members };
}

function membersOf(schema: JsonSchema, above: string): MemberReference[] {
	if (schema.items !== undefined) return membersOf(schema.items, `${above}[]`);
	const required = new Set(schema.required);
	return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
		const path = above === "" ? name : `${above}.${name}`;
		return [
			toMember(path, member, required.has(name)),
			...membersOf(member, path),
		];
	});
}

function toMember(
	name: string,
	schema: JsonSchema,
	required: boolean,
): MemberReference {
	const { description = "", default: fallback, enum: choices = [] } = schema;
	return {
		name,
		type: typeOf(schema),
		description,
		required,
		fallback: fallback === undefined ? null : JSON.stringify(fallback),
		choices: choices.map((choice) => JSON.stringify(choice)),
	};
}

function typeOf({ type, items }: JsonSchema): string {
	if (type === undefined) return "any";
	return items?.type === undefined ? type : `${type} of ${items.type}`;
}
