/** What a collection is made of, as the bodies of `create`, `update` and `updateMapping` say it. */
import { type Body, content, objectField } from "../../src/action/body.ts";
import { flagged } from "../../src/action/json-schema.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import { isObject } from "../../src/lib/json.ts";
import type { CollectionDefinition } from "../../src/storage/storage.ts";
import { mappingsShape } from "./shapes.ts";

type Content = Readonly<Record<string, unknown>>;
type Mappings = NonNullable<CollectionDefinition["mappings"]>;

const EXAMPLE = {
	dynamic: "false",
	properties: { name: { type: "keyword" }, age: { type: "integer" } },
};
/** A body with one of these is the mappings themselves: the form of Kuzzle before 2.1. */
const ROOT_KEYS = ["properties", "dynamic", "_meta"];

const mappings = objectField(
	"Mappings: {dynamic, _meta, dynamic_templates, properties}.",
	{ required: false, example: EXAMPLE },
);
const settings = objectField(
	"Settings of an index of Elasticsearch. SQLite keeps them, and they have no effect there.",
	{ required: false },
);

/** `{mappings, settings}`; may be left out. */
export const newDefinition: Body<CollectionDefinition> = {
	required: false,
	schema: {
		type: "object",
		properties: { mappings: mappings.schema, settings: settings.schema },
		additionalProperties: true,
	},
	read(body) {
		if (!isObject(body)) return {};
		const isMappings = ROOT_KEYS.some((key) => Object.hasOwn(body, key));
		return isMappings ? { mappings: body as Mappings } : readDefinition(body);
	},
};

export interface DefinitionChange extends CollectionDefinition {
	/** Whether documents that are there are to be found by the fields that they can be found by now. */
	readonly reindexCollection: boolean;
}

/** What is to change; may be left out. */
export const definitionChange: Body<DefinitionChange> = {
	required: false,
	schema: {
		...newDefinition.schema,
		properties: {
			...newDefinition.schema?.properties,
			reindexCollection: flagged(
				"Indexes the documents anew, in the background, so that they are found by fields that were mapped after they were written. Also done when `dynamic` was `false` and no longer is.",
			),
		},
	},
	read(body) {
		if (!isObject(body)) return { reindexCollection: false };
		const { reindexCollection = false } = body;
		if (typeof reindexCollection !== "boolean") {
			throw createError(
				"api.assert.invalid_type",
				"body.reindexCollection",
				"boolean",
			);
		}
		return { ...readDefinition(body), reindexCollection };
	},
};

/** The body is the mappings. */
export const ownMappings: Body<Mappings> = {
	...content("Mappings.", mappingsShape.properties),
	read: (body) => content("").read(body) as Mappings,
};

function readDefinition(body: Content): CollectionDefinition {
	return {
		...readMember(body, "mappings", mappings),
		...readMember(body, "settings", settings),
	};
}

function readMember(
	body: Content,
	name: "mappings" | "settings",
	field: typeof mappings,
): CollectionDefinition {
	if (!Object.hasOwn(body, name)) return {};
	return { [name]: field.read(body[name], `body.${name}`) };
}
