import { isIPv6 } from "node:net";

/**
 * The block of addresses that one client can be taken to have: an IPv4 address by itself, and the first 64 bits of an IPv6 one, since
 * that is what a single line is given (RFC 6177). What is no IPv6 address is answered as it is.
 */
export function toAddressBlock(address: string): string {
	const plain = address.split("%")[0] ?? "";
	if (!isIPv6(plain)) return address;
	const [head = "", tail = ""] = plain.toLowerCase().split("::");
	const front = toGroups(head);
	const back = toGroups(tail);
	const zeros = plain.includes("::") ? 8 - front.length - back.length : 0;
	const groups = [...front, ...Array<string>(zeros).fill("0"), ...back];
	return `${groups.slice(0, 4).join(":")}::/64`;
}

/** Without leading zeros. An IPv4 address at the end stands for two groups; which ones does not matter to the front. */
function toGroups(part: string): string[] {
	if (part === "") return [];
	return part
		.split(":")
		.flatMap((group) =>
			group.includes(".") ? ["0", "0"] : [group.replace(/^0+(?=.)/, "")],
		);
}
