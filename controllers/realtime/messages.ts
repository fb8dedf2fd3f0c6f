import { optionalString } from "../../src/action/args.ts";
import { content } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { flagged, objectOf } from "../../src/action/json-schema.ts";
import { originOf } from "../../src/documents/change-origin.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { place, toTarget } from "../collection/place.ts";
import { reportShape } from "../document/validate.ts";
import type { RealtimeContext } from "./context.ts";

export const publish = ({ realtime, validations }: RealtimeContext) =>
	defineAction({
		name: "realtime:publish",
		summary:
			"Notifies the subscribers of a collection of a message that is stored nowhere.",
		http: ["POST /:index/:collection/_publish"],
		args: { ...place, _id: optionalString("An id for the message.") },
		body: content("The message."),
		result: objectOf({ published: flagged("Always true.") }),
		async handler(call) {
			const { args, caller, signal } = call;
			const content = call.body as JsonObject;
			const rules = await validations.rulesOf(toTarget(args), {
				signal: signal(),
			});
			const refusal = rules?.check(content) ?? null;
			if (refusal !== null) throw refusal;
			realtime.publish(args, {
				id: args._id,
				content,
				kuid: caller.kuid,
				origin: originOf(call),
			});
			return { published: true };
		},
	});

/** As `document:validate`. */
export const validate = ({ validations }: RealtimeContext) =>
	defineAction({
		name: "realtime:validate",
		summary:
			"Tells whether a message keeps to the specification of a collection, without publishing it.",
		http: [],
		args: place,
		body: content("The message."),
		result: reportShape,
		handler: ({ args, body, signal }) =>
			validations.validate(args, body as JsonObject, { signal: signal() }),
	});
