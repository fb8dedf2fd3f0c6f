import { inert, integer, notYet } from "../key.ts";

const NODES =
	"Not needed: nodes that are given one Redis (`services.internalCache.node`) speak by it.";
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
		enabled: inert(true, NODES),
		activityDepth: integer({
			default: 50,
			min: 1,
			doc: "How many of the last comings and goings of nodes `cluster:status` tells.",
		}),
		heartbeat: integer({
			default: 2000,
			min: 1,
			doc: "How often a node shows the others that it lives, in milliseconds. One that is silent for twice as long is counted no more.",
		}),
		interface: inert(null, NODES),
		ipv6: inert(false, NODES),
		ip: inert("private", NODES),
		joinTimeout: inert(60_000, NODES),
		minimumNodes: notYet(1, "Waiting for a number of nodes."),
		ports: { command: inert(7510, NODES), sync: inert(7511, NODES) },
		syncTimeout: inert(5000, NODES),
	},
	controllers: {
		definition: {
			allowAdditionalActionProperties: notYet(
				false,
				"Actions of an application.",
			),
		},
	},
};
