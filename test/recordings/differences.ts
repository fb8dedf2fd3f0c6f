import { renderCompatibilityPage } from "./compatibility-page.ts";
import type { Change, Difference } from "./difference.ts";
import { documentDifferences } from "./document-differences.ts";
import { mqttDifferences } from "./mqtt-differences.ts";
import { realtimeDifferences } from "./realtime-differences.ts";
import { withDistinctFingerprints, withHash } from "./rewrites.ts";
import { searchDifferences } from "./search-differences.ts";

/**
 * Everything that Portico does otherwise than Kuzzle 2.56.0 on purpose. Where a recording shows it, `steps` or `rewrite` turn
 * the recorded answer into ours, so that the replay asserts ours. docs/compatibility.md is generated from this list.
 */

/** An `expiresIn` that makes a key nobody meant to make. */
const REFUSED_LIFETIME = refusal(400, {
	code: 33619970,
	id: "api.assert.invalid_argument",
	props: ["expiresIn", "<text>"],
});

/** A policy of a profile without `roleId`. */
const MISSING_ROLE_ID = refusal(400, {
	code: 33619971,
	id: "api.assert.missing_argument",
	props: ["sp-bad.policies[0].roleId"],
});

/** The answer of auth:getCurrentUser in the scenario that makes twelve keys. */
const TWELVE_KEYS_USER: Change = {
	status: 200,
	"body.status": 200,
	"body.error": null,
	"body.result": {
		_id: "tw-ann",
		_source: {
			profileIds: ["admin"],
			_kuzzle_info: { createdAt: "<ms:1>", updatedAt: null, updater: null },
		},
		strategies: ["local"],
	},
};

/** A payload that is no JSON object. */
const NOT_AN_OBJECT: Change = {
	"0.data.status": 400,
	"0.data.error.status": 400,
};

const UNREFRESHED_KEY = {
	_id: "ak-nr",
	_source: {
		description: "no wait",
		expiresAt: -1,
		fingerprint: "<hex64:5>",
		ttl: -1,
		userId: "ak-ann",
	},
};

export const differences: readonly Difference[] = [
	{
		title: "API keys are unique",
		kuzzle:
			"Two keys made for one user within a second, with the same lifetime, are the same token: revoking one leaves it working.",
		portico:
			"Each key's token carries the id of its document as the JWT's `jti`, so no two keys are alike, and a revoked key stops at once.",
		why: "A revocation must revoke.",
		test: "test/recordings/recordings.test.ts",
		rewrite: withDistinctFingerprints,
	},
	{
		title: "`hash` beside `fingerprint`",
		kuzzle:
			"The answer and the document of an API key hold the token's digest as `fingerprint`; the documentation, and the search index, call it `hash`, so it cannot be searched.",
		portico:
			"Both members are there, with the same value: the lower-case hexadecimal SHA-256 of the token as the client was given it.",
		why: "Programs written against the server and programs written against its documentation both find what they look for.",
		test: "test/recordings/recordings.test.ts",
		rewrite: withHash,
	},
	{
		title: "Every API key of a user works",
		kuzzle:
			"A key is looked for in a search page of ten: from the eleventh key of a user on, valid keys are refused.",
		portico:
			"A key is read by its id. Keys that Kuzzle made, which carry no id, are found by paging through all keys of the user.",
		why: "A valid key must work. A read by id also sees a revocation that a search does not see yet.",
		test: "test/recordings/recordings.test.ts",
		steps: [
			{ scenario: "auth-api-keys-twelve", step: 37, ours: TWELVE_KEYS_USER },
			{ scenario: "auth-api-keys-twelve", step: 38, ours: TWELVE_KEYS_USER },
		],
	},
	{
		title: "Search of API keys tells the true total",
		kuzzle: "`total` is the number of keys in the page.",
		portico: "`total` is the number of keys that match, whatever the page.",
		why: "A client that pages needs it, and every other search answers so.",
		test: "test/recordings/recordings.test.ts",
		steps: [
			{
				scenario: "auth-api-keys-search-delete",
				step: 21,
				ours: { "body.result.total": 3 },
			},
			{
				scenario: "auth-api-keys-twelve",
				step: 39,
				ours: { "body.result.total": 12 },
			},
			{
				scenario: "auth-security-api-keys",
				step: 17,
				ours: { "body.result.total": 2 },
			},
		],
	},
	{
		title: "Lifetimes of API keys",
		kuzzle:
			"`expiresIn` of an API key: the number 0 makes a key that never expires, a negative number one that has already expired, a fraction is kept as it is.",
		portico:
			"Zero, negative numbers other than -1 and fractions are refused (`api.assert.invalid_argument`), and nothing is written.",
		why: "These are keys that nobody meant to make; an everlasting one by mistake is a risk.",
		test: "test/recordings/recordings.test.ts",
		steps: [18, 34, 52, 54].map((step) => ({
			scenario: "auth-api-key-expires-in",
			step,
			ours: REFUSED_LIFETIME,
		})),
	},
	{
		title: "With SQLite a search sees every answered write",
		kuzzle:
			"A document written without `refresh=wait_for` is found by search only after the search engine's next refresh.",
		portico:
			"With SQLite it is found at once. With Elasticsearch it is as in Kuzzle: `wait_for` waits for the engine's own refresh.",
		why: "The embedded store has nothing to refresh.",
		test: "test/recordings/recordings.test.ts",
		steps: [
			{
				scenario: "auth-create-api-key",
				step: 24,
				backend: "sqlite",
				ours: {
					"body.result.hits": (hits: unknown) => [
						...asArray(hits),
						UNREFRESHED_KEY,
					],
					"body.result.total": 5,
				},
			},
			{
				// Which of the two it is depends on when the engine refreshes.
				scenario: "auth-create-api-key",
				step: 24,
				backend: "elasticsearch",
				ours: {
					"body.result.hits": "<array>",
					"body.result.total": "<number>",
				},
			},
			{
				scenario: "document-create-get",
				step: 32,
				ours: {
					"body.result.hits": "<array>",
					"body.result.total": "<number>",
				},
			},
		],
	},
	{
		title: "A request that is not a JSON object",
		kuzzle:
			"An array or a scalar is answered with 500; JSON `null` is not answered at all.",
		portico: "All are answered with 400.",
		why: "It is the client's mistake, and a client that waits for an answer gets one.",
		test: "test/recordings/recordings.test.ts",
		steps: [
			{
				scenario: "ws-envelope",
				step: 8,
				ours: {
					"": [
						{
							conn: "c1",
							data: {
								action: null,
								controller: null,
								error: { message: "<text>", status: 400 },
								headers: {},
								requestId: "<uuid:901>",
								result: null,
								status: 400,
								volatile: null,
							},
						},
					],
				},
			},
			...[11, 12, 13, 14, 15, 16].map((step) => ({
				scenario: "ws-envelope",
				step,
				ours: NOT_AN_OBJECT,
			})),
		],
	},
	{
		title: "Wrong input is the client's mistake",
		kuzzle:
			"A password that is no text, an update of credentials that do not exist, and a policy without `roleId` or that is no object are answered with 500. An array for the body of auth:updateSelf or document:create becomes fields named 0, 1, 2.",
		portico:
			"In this order: 401 as for any wrong login (400 where a password is set), 412, 400 naming the member of the policy, and 400 (`api.assert.body_required`).",
		why: "500 tells the client to try again and the operator to look for a defect.",
		test: "test/recordings/recordings.test.ts",
		steps: [
			{
				scenario: "auth-login",
				step: 11,
				ours: refusal(401, {
					code: 67305492,
					id: "plugin.strategy.missing_user",
					props: ["<text>"],
				}),
			},
			{ scenario: "auth-my-credentials", step: 30, ours: refusal(400) },
			{
				scenario: "auth-current-user",
				step: 20,
				ours: refusal(400, {
					code: 33619976,
					id: "api.assert.body_required",
					props: [],
				}),
			},
			{
				scenario: "http-bodies",
				step: 7,
				ours: refusal(400, {
					code: 33619976,
					id: "api.assert.body_required",
					props: [],
				}),
			},
			{
				scenario: "auth-current-user",
				step: 23,
				ours: { "body.result._source": withoutFirstItem },
			},
			{ scenario: "security-credentials", step: 35, ours: refusal(412) },
			{ scenario: "security-profiles", step: 17, ours: MISSING_ROLE_ID },
			{ scenario: "security-profiles", step: 32, ours: MISSING_ROLE_ID },
			{
				scenario: "security-profiles",
				step: 33,
				ours: refusal(400, {
					code: 33619969,
					id: "api.assert.invalid_type",
					props: ["sp-bad.policies[0]", "object"],
				}),
			},
		],
	},
	{
		title: "Logging out by cookie revokes the token",
		kuzzle:
			"`auth:logout` with `cookieAuth` only clears the cookie, and the strangers' role decides: the token in it stays valid, and on a closed server nobody can log out so.",
		portico:
			"The token is revoked too, and the rights of its user decide (those of a stranger without a good cookie).",
		why: "Who logs out means it; a copy of the cookie must not go on working.",
		test: "test/recordings/recordings.test.ts",
		steps: [
			{
				scenario: "auth-cookie",
				step: 26,
				ours: refusal(401, {
					code: 117506049,
					id: "security.token.invalid",
					props: [],
				}),
			},
		],
	},
	{
		title: "A reset of rights is complete",
		kuzzle:
			"After `admin:resetSecurity` the profiles admin, default and anonymous keep the rate limits that they had, until they are written again or the node restarts. A user with the id `anonymous` makes every reset fail.",
		portico:
			"Every node forgets what it remembers of users and rights before the answer leaves; any user can be removed.",
		why: "What is answered is what is in force.",
		test: "test/recordings/recordings.test.ts",
		steps: [6, 7].map((step) => ({
			scenario: "security-reset-stale-profiles",
			step,
			ours: { "body.result._source.rateLimit": 0 },
		})),
	},
	{
		title: "Work on all users and rights runs alone",
		kuzzle:
			"`admin:loadSecurities`, `admin:resetSecurity`, `security:createFirstAdmin` and `security:restrictDefaultRights` may run beside each other. `admin:loadSecurities` writes roles and profiles, and then refuses users who exist.",
		portico:
			"Of the four, one runs at a time, on whatever node; another is refused (`api.process.action_locked`) and told which one is under way. Users who exist are refused before anything is written. With `overwrite` a user is removed as by `security:deleteUser`, once its new profiles are known to exist.",
		why: "Two that run at once leave a mixture of both.",
		test: "test/security/administration.test.ts",
	},
	{
		title:
			"A restriction to some collections keeps the index from being deleted",
		kuzzle:
			"A request that names an index and no collection passes under a restriction to some of its collections, so that `index:delete` removes the other collections too.",
		portico:
			"`index:delete` (and `index:mDelete`, for each index) needs a policy that is not restricted to collections of that index, whatever else the request names. Actions that touch no documents, such as `collection:list`, pass as in Kuzzle. `security.allowWholeIndexUnderCollectionRestriction` brings the old behaviour back.",
		why: "Who may change one collection must not be able to remove them all.",
		test: "test/controllers/index/m-delete.test.ts",
		steps: [
			{
				scenario: "rights-bulk-and-lists",
				step: 16,
				ours: { "body.result.deleted": [] },
			},
			{
				scenario: "rights-bulk-and-lists",
				step: 17,
				ours: { "body.result.indexes": ["rb-a", "rb-b"] },
			},
		],
	},
	{
		title: "Tokens in URLs are refused",
		kuzzle:
			"Over HTTP a token or an API key may stand in the query string, as `jwt`.",
		portico:
			"Such a request is refused (`portico.token.in_url`), also where a header holds a token. `security.tokenInUrl` allows it.",
		why: "URLs are kept in the logs of proxies, in histories and in referrers.",
		test: "test/protocols/http/token-in-url.test.ts",
	},
	{
		title: "A collection can be followed over HTTP",
		kuzzle:
			"`GET /:index/:collection/_subscribe` reads the document whose id is `_subscribe`.",
		portico:
			"It answers with server-sent events. A document of that id is read by `POST /_query`, or over another protocol.",
		why: "A browser, or curl, follows a collection with nothing installed.",
		test: "test/protocols/sse/follow.test.ts",
	},
	{
		title: "HTTP connections are kept open",
		kuzzle:
			"Every answer says `Connection: close`: one request for each connection.",
		portico:
			"Keep-alive, as HTTP/1.1 has it; a client that asks for `Connection: close` gets it.",
		why: "Opening a connection costs more than answering a request.",
		test: "test/recordings/recordings.test.ts",
		steps: [
			{
				scenario: "http-headers",
				step: 27,
				ours: { "headers.connection": "keep-alive" },
			},
		],
	},
	{
		title: "The node has a name",
		kuzzle:
			"`X-Kuzzle-Node` is the text `undefined`, and the `node` member of answers and notifications is missing.",
		portico:
			"The header holds the name of the node that answers; `server:info` tells it too.",
		why: "That is what the header is documented for.",
		test: "test/scenarios/server.scenarios.test.ts",
	},
	{
		title: "Nodes speak to each other by Redis",
		kuzzle:
			"Nodes find each other in Redis and speak over ports of their own (`cluster.ports`).",
		portico:
			"All goes by the one Redis, no further port is opened, and the keys of `cluster` have no effect. An answer that revokes something waits for the live nodes, a second at most. A node that is cut off goes on, and remembers nothing longer than a second. Redis Clusters cannot be used yet.",
		why: "What was revoked must not be let in at another door.",
		test: "test/nodes/changes.test.ts",
	},
	{
		title:
			"Listens on the loopback address only, and keeps web pages out until rights are restricted",
		kuzzle:
			"Listens on every address. Until rights are restricted anyone, also a web page open in a browser beside it, may do everything.",
		portico:
			"Listens on 127.0.0.1 unless `server.host` says otherwise. While anyone may do everything, a request on loopback whose `Host` is not a loopback name, or whose `Origin` is present and not loopback, is refused (`api.process.unauthorized_origin`).",
		why: "A freshly started server must not be taken over from the network, nor by a page through DNS rebinding.",
		test: "test/security/origins.test.ts",
	},
	{
		title: "Requests authenticated by cookie come from the same origin",
		kuzzle:
			"A cookie is accepted from any origin that CORS allows, by default all.",
		portico:
			"A request or WebSocket upgrade that is authenticated by cookie is accepted only from the same origin, or from one that `http.accessControlAllowOrigin` lists by name (`*` does not count). The cookie is marked `Secure` where TLS or a trusted proxy says https.",
		why: "WebSocket upgrades are not held back by CORS: any page could act in the user's name.",
		test: "test/security/origins.test.ts",
	},
	{
		title: "Only trusted proxies tell the client's address",
		kuzzle:
			"Whatever `X-Forwarded-For` says is added to the addresses of the request.",
		portico:
			"The client's address is the socket's. `X-Forwarded-For` is read, from the right, only for peers listed in `server.trustedProxies`.",
		why: "Anyone can send that header, and addresses decide about limits.",
		test: "test/call/client-address.test.ts",
	},
	{
		title: "Failed logins are slowed down",
		kuzzle:
			"Over HTTP each login is a connection of its own, so that the limit of logins per second never bites.",
		portico:
			"Failed logins are counted by account and address, and by address. Beyond `limits.loginFailuresPerAccount` and `limits.loginFailuresPerAddress` further tries wait, or are answered 429. What is tried at one address keeps nobody out at another.",
		why: "Guessing passwords has to be slow, and must not lock anybody out.",
		test: "test/controllers/auth/login-throttle.test.ts",
	},
	{
		title: "A password reset token works once",
		kuzzle:
			"A reset token works until it expires, by default for ever, however often the password was set since.",
		portico:
			"It dies when the password changes, and a reset ends the user's sessions. Tokens that Kuzzle has made work as they did.",
		why: "Who finds an old token must not take the account over.",
		test: "test/scenarios/local-password.scenarios.test.ts",
	},
	{
		title: "Passwords of new users are hashed with scrypt",
		kuzzle: "PBKDF2 with 10,000 rounds of SHA-512.",
		portico:
			"scrypt for a new database (`security.passwordFormat`: `portico`). Kuzzle's hashes verify, and a database taken over from Kuzzle keeps writing Kuzzle's (`kuzzle`) until the operator switches; then old hashes are upgraded at login.",
		why: "PBKDF2 is cheap to attack on graphics cards. A database that was taken over can still be handed back.",
		test: "test/security/passwords.test.ts",
	},
	{
		title:
			"Search clauses that reach into other collections, and scripts, are refused",
		kuzzle:
			"Two key names (`script`, `_script`) are checked. A terms look-up, an indexed shape, percolate or the items of more_like_this can read any collection of the search engine, also the password collection.",
		portico:
			"Queries are parsed against a list of known clauses. One that names another index, or an inline script in any place, is refused (`services.storage.invalid_query_keyword`), with both stores. What SQLite cannot answer it refuses by name; it never answers wrongly.",
		why: "A user restricted to one collection must not be able to ask about others.",
		test: "test/search/parse-query.test.ts",
	},
	{
		title: "A store that cannot be reached answers 503",
		kuzzle: "`services.storage.not_connected` has the status 500.",
		portico:
			"The same id with the status 503. The gateway starts without its store, says 503 on `/_ready`, and recovers by itself.",
		why: "503 is what load balancers and clients retry.",
		test: "test/errors/catalogue.test.ts",
	},
	{
		title: "Calls have a deadline",
		kuzzle: "A request waits for its store as long as that takes.",
		portico:
			"After `limits.requestTimeout` a read answers `portico.call.timeout` (504) and a write `portico.call.outcome_unknown` (504): it may or may not have happened.",
		why: "A client must never be told that a write failed when it may have been done.",
		test: "test/call/deadline.test.ts",
	},
	{
		title: "The size limit of uploaded files holds",
		kuzzle:
			"`server.protocols.http.maxFormFileSize` is never enforced; only the size of the whole request is.",
		portico:
			"A larger file of a multipart form is refused (`network.http.file_too_large`).",
		why: "That is what the setting says.",
		test: "test/protocols/http/limits.test.ts",
	},
	{
		title: "An oversized request without Content-Length stops nothing",
		kuzzle: "Answers 413; the next chunk then stops the server.",
		portico: "Answers 413 and closes the connection.",
		why: "One client must not stop the others.",
		test: "test/protocols/http/limits.test.ts",
	},
	{
		title: "SDK versions are compared as numbers",
		kuzzle:
			"The first character of the version is compared, so version 10 counts as 1.",
		portico: "The major version is compared.",
		why: "SDKs reach version 10.",
		test: "test/call/sdk-version.test.ts",
	},
	{
		title: "Over WebSocket every answer has an envelope",
		kuzzle:
			"Raw content, such as the document of `server:openapi`, is sent without an envelope on every protocol, so a client over WebSocket cannot tell which request it answers.",
		portico:
			"Over HTTP it is sent alone. Over WebSocket it is the `result` of an envelope.",
		why: "An SDK waits for the `requestId` of its request.",
		test: "test/scenarios/server.scenarios.test.ts",
	},
	{
		title: "`server:info` tells both versions",
		kuzzle: "`kuzzle.version` is the version of the server.",
		portico:
			"`kuzzle.version` stays 2.56.0, the version we are compatible with; ours stands beside it.",
		why: "Tools read it to know what they can use.",
		test: "test/scenarios/server.scenarios.test.ts",
	},
	{
		title: "What an update of a user answers is what is stored",
		kuzzle:
			"`security:updateUser` and `auth:updateSelf` answer, and then read, objects that the update replaced as a whole; in the store they are merged. After a restart the user reads otherwise, and searches find it otherwise.",
		portico:
			"Fields that are given replace those that are stored, in the answer and in the store. Changes at the same moment are all kept.",
		why: "Nobody could tell what a user's content is.",
		test: "test/security/user-changes.test.ts",
	},
	{
		title: "No user is called `anonymous`",
		kuzzle:
			"A user can be created with the id `anonymous`, and can then be neither read nor deleted; `admin:resetSecurity` fails from then on.",
		portico: "The id is taken (`security.user.already_exists`).",
		why: "It is another name of the anonymous user.",
		test: "test/security/users.test.ts",
	},
	{
		title: "Nobody can lose his own profiles by auth:updateSelf",
		kuzzle:
			"`profileIds` is refused only when it is not empty, null or false; these are written.",
		portico: "They are let through, as in Kuzzle, and change nothing.",
		why: "A user without profiles may do nothing.",
		test: "test/scenarios/auth-self.scenarios.test.ts",
	},
	{
		title: "A scroll is kept for as long as its next page asks",
		kuzzle:
			"`scroll` of security:scrollUsers and security:scrollProfiles is ignored: after its second page a scroll lives for the configured default.",
		portico:
			"It is honoured, within `services.storageEngine.maxScrollDuration`. A thousand scrolls are kept at once; one more takes the place of the oldest.",
		why: "A client that says it needs a minute needs it for every page.",
		test: "test/scrolls/scrolls.test.ts",
	},
	{
		title: "Roles are found by their controllers however many there are",
		kuzzle:
			"security:searchRoles with `controllers` looks at 9,999 roles, and a page beyond the search window is refused when no size is given.",
		portico:
			"All roles are looked at, and answered in the order of their ids. A page without a size ends where the window does.",
		why: "What is not found is taken for missing.",
		test: "test/scenarios/security-roles.scenarios.test.ts",
	},
	{
		title: "security:revokeTokens can take API keys too",
		kuzzle:
			"Only login tokens are revoked; API keys must be deleted one by one.",
		portico:
			"The same, unless `apiKeys` is given: then the user's API keys are deleted too.",
		why: "Who shuts somebody out wants to shut every door at once.",
		test: "test/scenarios/security-user-reads.scenarios.test.ts",
	},
	...documentDifferences,
	...mqttDifferences,
	...realtimeDifferences,
	...searchDifferences,
	{
		title: "Dynamic templates map new fields",
		kuzzle:
			"`dynamic_templates` passes the check of mappings, and is then dropped.",
		portico:
			"It is kept, shown by `collection:getMapping`, and new fields are mapped by it, with both stores. SQLite refuses regular expressions (`match_pattern`) and run-time fields in it.",
		why: "Whoever gives templates means them.",
		test: "test/storage/sqlite/dynamic-templates.test.ts",
	},
	{
		title: "With SQLite the settings of a collection have no effect",
		kuzzle:
			"`settings` are those of an Elasticsearch index: shards, copies, analysers, refresh.",
		portico:
			"With Elasticsearch the same. With SQLite they are kept and told by `collection:getSettings` as Elasticsearch would, and nothing else. A field whose analyser or normaliser SQLite does not know cannot be searched there.",
		why: "A collection can move to Elasticsearch later, and take its settings along.",
		test: "test/storage/index-settings.test.ts",
	},
	{
		title: "Settings change without closing the collection",
		kuzzle:
			"`collection:update` with settings closes the index, so that requests fail meanwhile.",
		portico:
			"It is closed only for settings that Elasticsearch does not change otherwise. As in Kuzzle, settings are put back when the mappings are refused.",
		why: "A closed index answers nobody.",
		test: "test/storage/elasticsearch/storage.test.ts",
	},
	{
		title: "Mappings are loaded before the answer, by one caller at a time",
		kuzzle:
			"`admin:loadMappings` with `refresh=false` answers before the work is done, and its failure is told to nobody.",
		portico:
			"It answers once the work is done. It runs neither beside itself nor beside `admin:resetDatabase`, on whatever node (`api.process.action_locked`).",
		why: "An answer tells how it ended.",
		test: "test/controllers/admin/load-mappings.test.ts",
	},
	{
		title: "No node remembers which collections there are",
		kuzzle:
			"Each node keeps the list of indexes and collections in memory; `admin:refreshIndexCache` reads it anew.",
		portico:
			"The store is asked, so that the list is never old, and `admin:refreshIndexCache` has nothing to do.",
		why: "Collections are made by other nodes and by other programs, too.",
		test: "test/scenarios/admin-mappings.scenarios.test.ts",
	},
	{
		title: "`index:list` counts collections by both names of the argument",
		kuzzle:
			"The documentation calls it `countCollections`; only `countCollection` works.",
		portico: "Both work.",
		why: "What is documented should work, and what worked should go on.",
		test: "test/scenarios/index.scenarios.test.ts",
	},
];

/** The text of docs/compatibility.md. */
export function renderDifferences(): string {
	return renderCompatibilityPage(differences);
}

/** An HTTP answer turned into a refusal. */
function refusal(status: number, error: object = {}): Change {
	return {
		status,
		"body.status": status,
		"body.result": null,
		"body.error": { ...error, message: "<text>", status },
	};
}

/** The field that an array left behind is not there. */
function withoutFirstItem(source: unknown): unknown {
	const { 0: _, ...rest } = source as Record<string, unknown>;
	return rest;
}

function asArray(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}
