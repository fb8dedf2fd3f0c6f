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
	textOrNull,
} from "../key.ts";

const TOPIC = /^[^#+$][^#+]*$/;

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
			enabled: boolean({
				default: false,
				doc: "Whether MQTT clients are served, at a port of their own and over WebSocket.",
			}),
			allowPubSub: boolean({
				default: false,
				doc: "Whether MQTT clients may also publish to each other.",
			}),
			developmentMode: boolean({
				default: false,
				doc: "Whether answers go to every MQTT client that listens to the response topic.",
			}),
			disconnectDelay: integer({
				default: 250,
				min: 0,
				doc: "How long an MQTT connection is remembered after its end, in milliseconds.",
			}),
			requestTopic: text({
				default: "Kuzzle/request",
				pattern: TOPIC,
				expects: "a topic without wildcards",
				doc: "MQTT topic of requests.",
			}),
			responseTopic: text({
				default: "Kuzzle/response",
				pattern: TOPIC,
				expects: "a topic without wildcards",
				doc: "MQTT topic of answers.",
			}),
			server: {
				port: integer({
					default: 1883,
					min: 0,
					max: 65_535,
					doc: "Port of MQTT; 0 for any free one.",
				}),
				cert: textOrNull({
					default: null,
					status: "own",
					doc: "File of the certificate chain (PEM). With `key`, MQTT is served over TLS only.",
				}),
				key: textOrNull({
					default: null,
					status: "own",
					doc: "File of the certificate's private key (PEM).",
				}),
				passphrase: textOrNull({
					default: null,
					status: "own",
					doc: "Passphrase of the private key.",
				}),
				ca: textOrNull({
					default: null,
					status: "own",
					doc: "File of the authorities (PEM) that sign certificates of clients.",
				}),
				requestCert: boolean({
					default: false,
					status: "own",
					doc: "Whether clients need a certificate that one of `ca` signed.",
				}),
				"*": notYet(null, "Other options of the MQTT server."),
			},
			realtimeNotifications: boolean({
				default: true,
				doc: "Whether MQTT clients are told that their token has ended.",
			}),
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
