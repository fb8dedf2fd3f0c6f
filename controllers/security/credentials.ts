import { refresh, string } from "../../src/action/args.ts";
import { content } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { objectOf, text } from "../../src/action/json-schema.ts";
import type { Security } from "../../src/security/security.ts";

const args = {
	_id: string("path", "The user's id (kuid)."),
	strategy: string("path", "The strategy's name, such as `local`.", "local"),
	refresh: refresh("wait_for"),
};
const body = content("Credentials, as the strategy wants them.", {
	username: text("Login name (strategy local).", "ann"),
	password: text("Password (strategy local).", "a-long-password"),
});
const result = objectOf({
	username: text("Login name (strategy local)."),
	kuid: text(
		"The user's id; left out after a creation or a change of the name.",
	),
});

export const createCredentials = (security: Security) =>
	defineAction({
		name: "security:createCredentials",
		summary: "Gives a user credentials for a strategy.",
		http: ["POST /credentials/:strategy/:_id/_create"],
		args,
		body,
		result,
		async handler(call) {
			const user = await security.users.get(call.args._id, call.signal());
			return security.credentials.create(
				call.args.strategy,
				user._id,
				call.body,
				{ refresh: call.args.refresh, signal: call.signal() },
			);
		},
	});

export const updateCredentials = (security: Security) =>
	defineAction({
		name: "security:updateCredentials",
		summary: "Changes a user's credentials for a strategy.",
		http: ["PUT /credentials/:strategy/:_id/_update"],
		args,
		body,
		result,
		async handler(call) {
			const user = await security.users.get(call.args._id, call.signal());
			return security.credentials.update(
				call.args.strategy,
				user._id,
				call.body,
				{ refresh: call.args.refresh, signal: call.signal() },
			);
		},
	});
