import { boolean, notYet, text, textList } from "../key.ts";

export const http = {
	accessControlAllowOrigin: textList({
		default: ["*"],
		doc: "Origins whose pages may call this server. `*` anywhere in the list means all. A cookie is accepted only from the same origin or one listed by name.",
	}),
	accessControlAllowOriginUseRegExp: boolean({
		default: false,
		doc: "The origins are regular expressions.",
	}),
	accessControlAllowMethods: text({
		default: "GET,POST,PUT,PATCH,DELETE,OPTIONS,HEAD",
		doc: "The Access-Control-Allow-Methods header.",
	}),
	accessControlAllowHeaders: text({
		default:
			"Content-Type, Access-Control-Allow-Headers, Authorization, X-Requested-With, Content-Encoding, Content-Length, X-Kuzzle-Volatile",
		doc: "The Access-Control-Allow-Headers header.",
	}),
	cookieAuthentication: boolean({
		default: true,
		doc: "Whether a login token may travel in the `authToken` cookie.",
	}),
	routes: notYet(
		[],
		"Kuzzle's route table. Routes come from the actions themselves.",
	),
};
