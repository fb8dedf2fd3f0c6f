import { type Field, objectField } from "../../src/action/body.ts";
import {
	anyObject,
	arrayOf,
	objectOf,
	text,
} from "../../src/action/json-schema.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import type { User } from "../../src/security/user-document.ts";

export const userResult = objectOf({
	_id: text("The user's id (kuid)."),
	_source: anyObject("The user's content, with its profileIds."),
});

export const credentialsField = objectField(
	"Credentials by strategy, such as {local: {username, password}}.",
	{
		required: false,
		example: { local: { username: "ann", password: "a-long-password" } },
	},
);

export const profileIdsSchema = arrayOf(
	text("A profile's id.", "default"),
	"The profiles that say what the user may do.",
);

type ContentWithProfiles = Readonly<Record<string, unknown>> & {
	readonly profileIds: string[];
};

export function toPublicUser({ _id, _source }: User): unknown {
	return { _id, _source };
}

/** The content of a user to create: an object that names its profiles. */
export function contentWithProfiles(): Field<ContentWithProfiles> {
	const object = objectField("The user's content, with its profileIds.", {
		required: true,
		example: { profileIds: ["default"] },
	});
	return {
		...object,
		read: (value, path) => withProfileIds(object.read(value, path), path),
	};
}

/** Rejects content that does not name its profiles. */
export function withProfileIds(
	content: Readonly<Record<string, unknown>>,
	path: string,
): ContentWithProfiles {
	const name = `${path}.profileIds`;
	if (content.profileIds === undefined) {
		throw createError("api.assert.missing_argument", name);
	}
	return { ...content, profileIds: readProfileIds(content.profileIds, name) };
}

/** Rejects with `api.assert.invalid_type` what is no list of texts. */
export function readProfileIds(value: unknown, name: string): string[] {
	if (
		!Array.isArray(value) ||
		value.some((profileId) => typeof profileId !== "string")
	) {
		throw createError("api.assert.invalid_type", name, "array");
	}
	return value;
}
