import type { Arg } from "../../src/action/args.ts";
import { type Body, fields, textField } from "../../src/action/body.ts";
import { anyObject, objectOf, text } from "../../src/action/json-schema.ts";
import type { Envelope } from "../../src/call/envelope.ts";
import type { ErrorId } from "../../src/errors/catalogue.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import type { ScopeOption, UsersOption } from "../../src/realtime/channel.ts";
import type { SubscribeOptions } from "../../src/realtime/subscriptions.ts";

const OPTIONS = ["all", "in", "out", "none"] as const;

/** Which notifications a subscriber asks for. */
export const channelArgs = {
	scope: option<ScopeOption>(
		"Which documents: those that match, `in`, those that match no more, `out`, `all`, or `none`.",
		{ missing: "all", refusal: "core.realtime.invalid_scope" },
	),
	users: option<UsersOption>(
		"Which other subscribers: those who come, `in`, those who go, `out`, `all`, or `none`.",
		{ missing: "none", refusal: "core.realtime.invalid_users" },
	),
};

/** The filter's own reader says what is wrong with it. */
export const filterBody: Body<unknown> = {
	required: true,
	schema: anyObject(
		"The filter, in Koncorde's language. `{}` matches everything.",
		{ equals: { color: "yellow" } },
	),
	read(body) {
		if (body === null) throw createError("api.assert.body_required");
		return body;
	},
};

/** The body of what is about one room. */
export const roomBody = fields({
	roomId: textField("The room's id, as `realtime:subscribe` answers it."),
});

export const subscribedShape = objectOf({
	roomId: text("The room's id. Equal filters have the same one."),
	channel: text(
		"What notifications of this subscription have as their `room`; over MQTT, their topic.",
	),
});

export function toSubscribeOptions(
	args: { readonly scope: ScopeOption; readonly users: UsersOption },
	{ volatile }: Envelope,
): SubscribeOptions {
	// Volatile data are JSON, on whatever protocol they came.
	return { ...args, volatile: volatile as JsonObject | null };
}

function option<T extends ScopeOption | UsersOption>(
	description: string,
	{
		missing,
		refusal,
	}: {
		readonly missing: T;
		readonly refusal: ErrorId &
			("core.realtime.invalid_scope" | "core.realtime.invalid_users");
	},
): Arg<T> {
	return {
		place: "query",
		required: false,
		schema: {
			type: "string",
			description,
			enum: [...OPTIONS],
			default: missing,
		},
		read(value) {
			if (value === undefined || value === null) return missing;
			const known = OPTIONS.find((name) => name === value);
			if (known === undefined) throw createError(refusal);
			return known as T;
		},
	};
}
