import {
	boolean,
	duration,
	inert,
	integer,
	notYet,
	oneOf,
	record,
	textList,
	textOrNull,
} from "../key.ts";
import { isStandardRights, standardRights } from "../standard-rights.ts";

const NO_EFFECT = "As in Kuzzle, `security.authToken` wins. Set it there.";

export const security = {
	authToken: {
		algorithm: oneOf({
			default: "HS256",
			values: ["HS256", "HS384", "HS512"],
			doc: "How tokens and API keys are signed.",
		}),
		expiresIn: duration({
			default: "1h",
			doc: "Life of a login token when the login does not ask for another.",
		}),
		maxTTL: integer({
			default: -1,
			min: 1,
			orMinusOne: true,
			doc: "Longest life of a login token, in milliseconds; -1 for no limit.",
		}),
		secret: textOrNull({
			default: null,
			doc: "Secret that signs tokens. None: one is made at the first start and kept in the store. Changing it invalidates every token and API key.",
		}),
		gracePeriod: inert(
			1000,
			"Not read, as in Kuzzle. Set `security.jwt.gracePeriod`.",
		),
	},
	jwt: {
		secret: textOrNull({
			default: null,
			doc: "Older name of `security.authToken.secret`; used when that is not set.",
		}),
		gracePeriod: integer({
			default: 1000,
			min: 0,
			doc: "How long a login token still works after it was refreshed, in milliseconds.",
		}),
		algorithm: inert("HS256", NO_EFFECT),
		expiresIn: inert("1h", NO_EFFECT),
		maxTTL: inert(-1, NO_EFFECT),
	},
	apiKey: {
		maxTTL: integer({
			default: -1,
			min: 1,
			orMinusOne: true,
			doc: "Longest life of a key made by `auth:createApiKey`, in milliseconds; -1 for no limit.",
		}),
	},
	restrictedProfileIds: textList({
		default: ["default"],
		doc: "Profiles of a user made by `security:createRestrictedUser`.",
	}),
	standard: record({
		default: standardRights,
		accepts: isStandardRights,
		expects:
			"{ roles: { <id>: { controllers: { <controller>: { actions: { <action>: true|false } } } } }, profiles: { <id>: { rateLimit, policies: [{ roleId }] } } }",
		doc: "Roles and profiles that `security:restrictDefaultRights` and `reset=true` of `security:createFirstAdmin` write.",
	}),
	passwordFormat: oneOf({
		default: null,
		values: [null, "portico", "kuzzle"],
		doc: "How new passwords are hashed. None: `portico` for a new database, `kuzzle` for one taken over from Kuzzle, so that it can be handed back.",
		status: "own",
	}),
	allowWholeIndexUnderCollectionRestriction: boolean({
		default: false,
		doc: "Whether a restriction to some collections of an index lets actions pass that touch the whole of it (`index:delete`), as in Kuzzle. By default they need a policy that is not restricted to collections of that index.",
		status: "own",
	}),
	tokenInUrl: boolean({
		default: false,
		doc: "Whether a token or an API key may stand in the query string (`jwt`), as in Kuzzle. URLs are written to the logs of proxies and to histories: use the header `Authorization` where you can.",
		status: "own",
	}),
	debug: {
		native_debug_protocol: notYet(false, "Kuzzle's debug controller."),
	},
	default: inert(
		{ role: { controllers: { "*": { actions: { "*": true } } } } },
		"Not read, as in Kuzzle. The rights of a fresh database are the same everywhere; see `security.standard`.",
	),
};
