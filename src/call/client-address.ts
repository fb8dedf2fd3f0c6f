import { BlockList, isIP } from "node:net";

/** Who a client is, as far as its network tells. */
export interface ClientOrigin {
	readonly address: string;
	/** True where TLS ends here, or a trusted proxy says that it ended there. */
	readonly secure: boolean;
}

/** The part of a socket that counts. */
export interface Peer {
	readonly remoteAddress?: string | undefined;
	readonly encrypted?: boolean | undefined;
}

type Headers = Readonly<Record<string, unknown>>;

/** Reads the address of a client, and whether it came by TLS. */
export type ResolveClient = (peer: Peer, headers: Headers) => ClientOrigin;

/**
 * The one reader of addresses. The client is the socket's other end, unless that is a proxy of `trustedProxies` (addresses
 * and CIDR blocks): then `X-Forwarded-For` is read from its right end, where the nearest proxy wrote, up to the first
 * address that is not a trusted proxy. What stands left of it may be anybody's invention. Throws on a malformed block.
 */
export function createClientResolver(
	trustedProxies: readonly string[],
): ResolveClient {
	if (trustedProxies.length === 0) {
		return (peer) => ({
			address: plainAddress(peer.remoteAddress ?? ""),
			secure: peer.encrypted === true,
		});
	}
	const isTrusted = createTrust(trustedProxies);
	return (peer, headers) => {
		const socketAddress = plainAddress(peer.remoteAddress ?? "");
		if (!isTrusted(socketAddress)) {
			return { address: socketAddress, secure: peer.encrypted === true };
		}
		return {
			address: nearestStranger(socketAddress, headers, isTrusted),
			secure:
				peer.encrypted === true ||
				lastOf(headers["x-forwarded-proto"]) === "https",
		};
	};
}

function nearestStranger(
	socketAddress: string,
	headers: Headers,
	isTrusted: (address: string) => boolean,
): string {
	const hops = listOf(headers["x-forwarded-for"]);
	let address = socketAddress;
	while (isTrusted(address)) {
		const hop = hops.pop();
		if (hop === undefined) return address;
		const next = plainAddress(withoutPort(hop));
		// A proxy that writes something else than an address (RFC 7239 allows "unknown") hides what is behind it.
		if (isIP(next) === 0) return address;
		address = next;
	}
	return address;
}

function createTrust(
	trustedProxies: readonly string[],
): (address: string) => boolean {
	const blocks = new BlockList();
	for (const entry of trustedProxies) addBlock(blocks, entry.trim());
	return (address) => {
		const version = isIP(address);
		return version !== 0 && blocks.check(address, `ipv${version as 4 | 6}`);
	};
}

function addBlock(blocks: BlockList, entry: string): void {
	const slash = entry.indexOf("/");
	const given = slash === -1 ? entry : entry.slice(0, slash);
	const address = plainAddress(given);
	const version = isIP(address);
	if (version === 0) throw new Error(`Not an address or CIDR block: ${entry}`);
	const family = `ipv${version as 4 | 6}` as const;
	if (slash === -1) {
		blocks.addAddress(address, family);
		return;
	}
	// A block of mapped addresses counts its bits from the IPv6 prefix on.
	const mappedBits = version === 4 && given.includes(":") ? 96 : 0;
	const digits = entry.slice(slash + 1);
	const bits = /^\d{1,3}$/.test(digits) ? Number(digits) - mappedBits : -1;
	if (bits < 0 || bits > (version === 4 ? 32 : 128)) {
		throw new Error(`Not an address or CIDR block: ${entry}`);
	}
	blocks.addSubnet(address, bits, family);
}

/** IPv4 addresses that an IPv6 socket shows as mapped ones (RFC 4291 §2.5.5.2) are written as what they are. */
function plainAddress(address: string): string {
	if (!address.startsWith("::")) return address;
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
	return mapped?.[1] ?? address;
}

function withoutPort(hop: string): string {
	const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(hop);
	if (bracketed !== null) return bracketed[1] ?? "";
	return /^\d+\.\d+\.\d+\.\d+:\d+$/.test(hop)
		? hop.slice(0, hop.indexOf(":"))
		: hop;
}

function listOf(header: unknown): string[] {
	if (typeof header !== "string") return [];
	return header.split(",").map((part) => part.trim());
}

function lastOf(header: unknown): string | undefined {
	return listOf(header).pop()?.toLowerCase();
}
