import { isIP } from "node:net";
import {
	boolean,
	bytes,
	inert,
	integer,
	notYet,
	oneOf,
	record,
	text,
	textList,
} from "../key.ts";

export const server = {
	host: text({
		default: "127.0.0.1",
		doc: "Address to listen on. Only this machine reaches the default; `0.0.0.0` is every network of the machine.",
		status: "own",
	}),
	port: integer({
		default: 7512,
		min: 0,
		max: 65_535,
		doc: "Port of HTTP and WebSocket; 0 for any free one.",
	}),
	dataFolder: text({
		default: "./portico-data",
		doc: "Folder of the embedded store. Relative to the current directory.",
		status: "own",
	}),
	maxRequestSize: bytes({
		default: "1MB",
		doc: "Largest request body and WebSocket frame; units count in 1024s.",
	}),
	strictSdkVersion: boolean({
		default: true,
		doc: "Whether SDKs that are too old for this API are refused.",
	}),
	trustedProxies: textList({
		default: [],
		accepts: isAddressOrCidr,
		expects: 'addresses or networks such as "10.0.0.0/8"',
		doc: "Peers whose X-Forwarded-For and X-Forwarded-Proto headers are believed.",
		status: "own",
	}),
	accessLog: boolean({
		default: false,
		doc: "Whether each request is logged, with tokens masked.",
		status: "own",
	}),
	appLogs: {
		level: oneOf({
			default: "info",
			values: ["debug", "info", "warn", "error", "silent"],
			doc: "Least serious level that is logged.",
		}),
		transport: notYet(
			{ targets: [{ preset: "stdout" }] },
			"Where Kuzzle's logs go. Ours go to stdout.",
		),
	},
	logs: {
		transports: notYet(
			[{ preset: "console", level: "info", stderrLevels: [], silent: true }],
			"Kuzzle's access log. Ours is `server.accessLog`.",
		),
		accessLogFormat: notYet("combined", "Format of Kuzzle's access log."),
		accessLogIpOffset: notYet(0, "See `server.trustedProxies` instead."),
	},
	metrics: {
		enabled: boolean({
			default: false,
			doc: "Whether Prometheus metrics are served, at `/metrics` of a listener of their own.",
			status: "own",
		}),
		host: text({
			default: "127.0.0.1",
			doc: "Address of the metrics listener.",
			status: "own",
		}),
		port: integer({
			default: 7514,
			min: 0,
			max: 65_535,
			doc: "Port of the metrics listener.",
			status: "own",
		}),
	},
	protocols: {
		http: {
			enabled: boolean({
				default: true,
				doc: "Whether HTTP requests are answered.",
			}),
			additionalContentTypes: textList({
				default: [],
				doc: "Content types taken as JSON, beside application/json.",
			}),
			allowCompression: boolean({
				default: true,
				doc: "Whether answers may be compressed.",
			}),
			maxEncodingLayers: integer({
				default: 3,
				min: 1,
				max: 10,
				doc: "How many encodings a request body may be wrapped in.",
			}),
			maxFormFileSize: bytes({
				default: "1MB",
				doc: "Largest file of a multipart form.",
			}),
		},
		websocket: {
			enabled: boolean({
				default: true,
				doc: "Whether WebSocket upgrades are accepted.",
			}),
			idleTimeout: integer({
				default: 60_000,
				min: 0,
				doc: "How long a socket may be silent, in milliseconds; below 1000 counts as 60000.",
			}),
			compression: boolean({
				default: false,
				doc: "Whether frames may be compressed (permessage-deflate).",
			}),
			rateLimit: integer({
				default: 0,
				min: 0,
				doc: "Messages per second and socket; 0 for no limit.",
			}),
			realtimeNotifications: notYet(true, "TokenExpired notifications."),
			resetIdleTimeoutOnSend: boolean({
				default: false,
				doc: "Whether what we send counts as a sign of life.",
			}),
			sendPingsAutomatically: boolean({
				default: false,
				doc: "Whether we ping sockets that are silent.",
			}),
			heartbeat: inert(null, "Old: Kuzzle ignores it too."),
		},
		mqtt: {
			enabled: notYet(false, "MQTT."),
			allowPubSub: notYet(false, "MQTT clients may publish to each other."),
			developmentMode: notYet(false, "MQTT development mode."),
			disconnectDelay: notYet(
				250,
				"Delay before an MQTT client is cut, in milliseconds.",
			),
			requestTopic: notYet("Kuzzle/request", "MQTT topic of requests."),
			responseTopic: notYet("Kuzzle/response", "MQTT topic of answers."),
			server: {
				port: notYet(1883, "MQTT port."),
				"*": notYet(null, "Options of the MQTT server."),
			},
			realtimeNotifications: notYet(
				true,
				"TokenExpired notifications over MQTT.",
			),
		},
		"*": record({
			default: {},
			doc: "A protocol of the application's own.",
			status: "notYet",
		}),
	},
};

function isAddressOrCidr(entry: string): boolean {
	const [address = "", prefix, ...rest] = entry.split("/");
	const family = isIP(address);
	if (family === 0 || rest.length > 0) return false;
	if (prefix === undefined) return true;
	return (
		/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128)
	);
}
