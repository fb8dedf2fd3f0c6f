import { inert, notYet } from "../key.ts";

const CLUSTER = "Many nodes.";
const DUMP = "Dumps on errors.";

/** Whole sections of Kuzzle's configuration of which nothing is read yet. */
export const notHonouredYet = {
	realtime: {
		pcreSupport: notYet(
			false,
			"Regular expressions of filters run in linear time.",
		),
	},
	dump: {
		enabled: notYet(false, DUMP),
		history: { coredump: notYet(3, DUMP), reports: notYet(5, DUMP) },
		path: notYet("./dump/", DUMP),
		gcore: notYet("gcore", DUMP),
		dateFormat: notYet("YYYYMMDD-HHmmss", DUMP),
		handledErrors: {
			enabled: notYet(true, DUMP),
			whitelist: notYet(
				["RangeError", "TypeError", "KuzzleError", "InternalError"],
				DUMP,
			),
			minInterval: notYet(600_000, DUMP),
		},
	},
	application: notYet({}, "Configuration of an application built on Kuzzle."),
	repositories: {
		common: {
			cacheTTL: inert(
				1_440_000,
				"Not needed: what is remembered of users and profiles is dropped when they change.",
			),
		},
	},
	stats: {
		enabled: notYet(true, "Statistics."),
		ttl: notYet(3600, "Life of statistics, in seconds."),
		statsInterval: notYet(10, "Seconds between two frames of statistics."),
	},
	cluster: {
		enabled: notYet(true, CLUSTER),
		activityDepth: notYet(50, CLUSTER),
		heartbeat: notYet(2000, CLUSTER),
		interface: notYet(null, CLUSTER),
		ipv6: notYet(false, CLUSTER),
		ip: notYet("private", CLUSTER),
		joinTimeout: notYet(60_000, CLUSTER),
		minimumNodes: notYet(1, CLUSTER),
		ports: { command: notYet(7510, CLUSTER), sync: notYet(7511, CLUSTER) },
		syncTimeout: notYet(5000, CLUSTER),
	},
	validation: notYet({}, "Specifications used when none are stored."),
	controllers: {
		definition: {
			allowAdditionalActionProperties: notYet(
				false,
				"Actions of an application.",
			),
		},
	},
};
