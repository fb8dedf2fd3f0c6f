import type { HttpRequest } from "./recording.ts";

/**
 * What a recording needs to be played: an action that set up its state, a setting, or patience.
 * Each row says what it waits for, so that it takes effect by itself when that is built.
 */

/** Steps whose outcome rests on an action that may not be built: `steps` are skipped until all of `needs` are. */
export interface Need {
	readonly scenario: string;
	readonly steps: readonly number[];
	readonly needs: readonly string[];
}

export const needs: readonly Need[] = [
	{
		// Their answers name no action, but only its route leads to them.
		scenario: "http-bodies",
		steps: [8, 9, 10],
		needs: ["document:create"],
	},
	{ scenario: "auth-current-user", steps: [15], needs: ["auth:updateSelf"] },
	{
		scenario: "rights-rate-limit",
		steps: [13],
		needs: ["security:updateUser"],
	},
	{
		scenario: "security-first-admin-reset",
		steps: [22, 23, 24],
		needs: ["admin:resetSecurity"],
	},
	{
		scenario: "security-reset-stale-profiles",
		steps: [6, 7, 8, 9, 10],
		needs: ["admin:resetSecurity"],
	},
	{
		scenario: "security-profiles",
		steps: [7],
		needs: ["security:createProfile"],
	},
	{
		scenario: "security-profiles",
		// The last ones find, or delete, what the first ones wrote.
		steps: [35, 36, 51, 52, 54, 56, 57, 71],
		needs: ["index:create", "collection:create"],
	},
	{
		scenario: "security-profiles",
		steps: [40],
		needs: ["security:createProfile", "security:updateProfile"],
	},
	{
		scenario: "security-profiles",
		steps: [65],
		needs: ["security:deleteProfile"],
	},
	{ scenario: "security-roles", steps: [5], needs: ["security:createRole"] },
	{
		scenario: "security-roles",
		steps: [31],
		needs: ["security:createRole", "security:updateRole"],
	},
	{
		// The recorded list of actions is complete.
		scenario: "server-actions",
		steps: [12, 13],
		needs: [
			"admin:resetSecurity",
			"bulk:import",
			"cluster:status",
			"collection:create",
			"debug:enable",
			"document:create",
			"index:create",
			"memoryStorage:set",
			"ms:set",
			"realtime:publish",
			"kuzzle-plugin-auth-passport-local/password:reset",
		],
	},
];

/** A request sent in place of a step whose action is not built, and that leaves the same state behind. */
export interface StandIn {
	readonly scenario: string;
	readonly step: number;
	/** The action it stands in for. */
	readonly needs: string;
	readonly request: HttpRequest;
}

export const standIns: readonly StandIn[] = [
	{
		scenario: "auth-check-rights",
		step: 1,
		needs: "security:createRole",
		request: {
			method: "PUT",
			path: "/roles/cr-role",
			body: {
				controllers: {
					document: { actions: { get: true, search: true, delete: false } },
					auth: { actions: { "*": true } },
				},
			},
		},
	},
	{
		scenario: "auth-check-rights",
		step: 2,
		needs: "security:createProfile",
		request: {
			method: "PUT",
			path: "/profiles/cr-prof",
			body: {
				policies: [
					{
						roleId: "cr-role",
						restrictedTo: [
							{ index: "nyc", collections: ["yellow"] },
							{ index: "sf" },
						],
					},
				],
			},
		},
	},
];

/** The recordings ran with Kuzzle's default configuration; what they need otherwise of ours. */
export interface Setting {
	readonly scenario: string;
	/** Nested overrides of the configuration. */
	readonly config?: Readonly<Record<string, unknown>>;
	/** Recorded waits are multiplied by it; 0 also leaves out the waits for the start of a second. */
	readonly timeScale?: number;
}

/** Kuzzle listens everywhere: the refusal of foreign origins, which is for loopback only, must not come in between. */
const EVERYWHERE = { server: { host: "0.0.0.0" } };

const MQTT = { server: { protocols: { mqtt: { enabled: true } } } };

export const settings: readonly Setting[] = [
	{ scenario: "http-headers", config: EVERYWHERE },
	{ scenario: "http-bodies", config: EVERYWHERE },
	{ scenario: "ws-upgrade", config: EVERYWHERE },
	{ scenario: "mqtt-envelope", config: MQTT },
	{ scenario: "mqtt-realtime", config: MQTT },
	{ scenario: "mqtt-topics", config: MQTT },
	{ scenario: "ws-rights", config: MQTT },
	{ scenario: "auth-api-key-transports", config: MQTT },
	{ scenario: "auth-check-token", config: MQTT },
	{ scenario: "auth-create-api-key", config: MQTT },
	{ scenario: "auth-current-user", config: MQTT },
	{ scenario: "realtime-actions", config: MQTT },
	// The reference needs a second between two keys to make them differ; ours differ all the same.
	{ scenario: "auth-api-key-expires-in", timeScale: 0 },
	{ scenario: "auth-api-keys-twelve", timeScale: 0 },
	{
		// A tenth of the recorded minute.
		scenario: "ws-idle-timeout",
		config: { server: { protocols: { websocket: { idleTimeout: 6000 } } } },
		timeScale: 0.1,
	},
];
