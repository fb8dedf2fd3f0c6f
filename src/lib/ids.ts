import { randomBytes, randomUUID } from "node:crypto";

/** Where new ids come from, injected. */
export interface Ids {
	/** A random version 4 UUID (RFC 9562 §5.4). */
	uuid(): string;
	/** A document id: 20 base64url characters, as Elasticsearch makes them. Ids made one after the other sort close together. */
	document(): string;
	/** A user id a person can read aloud: `kuid-<adjective>-<name>-<number>`. */
	kuid(): string;
}

const ADJECTIVES = [
	"amber",
	"brave",
	"bright",
	"calm",
	"clever",
	"crisp",
	"eager",
	"early",
	"gentle",
	"golden",
	"happy",
	"keen",
	"kind",
	"lively",
	"lucky",
	"mellow",
	"merry",
	"noble",
	"patient",
	"proud",
	"quick",
	"quiet",
	"rapid",
	"silver",
	"simple",
	"smart",
	"steady",
	"sunny",
	"swift",
	"tidy",
	"warm",
	"wise",
] as const;
const NAMES = [
	"alder",
	"aspen",
	"badger",
	"beech",
	"birch",
	"brook",
	"cedar",
	"cliff",
	"comet",
	"coral",
	"crane",
	"delta",
	"ember",
	"falcon",
	"fern",
	"finch",
	"harbor",
	"heron",
	"island",
	"lark",
	"linden",
	"maple",
	"meadow",
	"otter",
	"pebble",
	"poplar",
	"raven",
	"river",
	"robin",
	"sparrow",
	"thistle",
	"willow",
] as const;

export const randomIds: Ids = {
	uuid: () => randomUUID(),
	document: createDocumentIds(),
	kuid() {
		const bytes = randomBytes(6);
		const adjective = ADJECTIVES[bytes.readUInt8(0) % ADJECTIVES.length];
		const name = NAMES[bytes.readUInt8(1) % NAMES.length];
		return `kuid-${adjective}-${name}-${bytes.readUInt32BE(2)}`;
	},
};

/** Six bytes of time, then nine random ones: near-ordered ids keep a B-tree's insertions on its last pages. */
function createDocumentIds(): () => string {
	return () => {
		const bytes = randomBytes(15);
		bytes.writeUIntBE(Date.now(), 0, 6);
		return bytes.toString("base64url");
	};
}
