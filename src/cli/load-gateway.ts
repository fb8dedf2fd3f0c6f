import type { Gateway, GatewayOptions } from "../gateway.ts";

/** Builds the gateway. Its code is loaded here, so that help and mistakes of the command line come at once. */
export async function loadGateway(options: GatewayOptions): Promise<Gateway> {
	const { createGateway } = await import("../gateway.ts");
	return createGateway(options);
}
