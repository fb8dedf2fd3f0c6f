import { networkInterfaces } from "node:os";

const LOOPBACK = "127.0.0.1";

/** The address by which other machines may know this one: the first that is not the loopback's, IPv4 before IPv6. For people to read. */
export function ownAddress(): string {
	const addresses = Object.values(networkInterfaces())
		.flatMap((list) => list ?? [])
		.filter(({ internal }) => !internal);
	const best =
		addresses.find(({ family }) => family === "IPv4") ?? addresses[0];
	return best?.address ?? LOOPBACK;
}
