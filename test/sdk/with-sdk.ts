import { after, before, describe } from "node:test";
import sdk from "kuzzle-sdk";
import type { Clock } from "../../src/lib/clock.ts";
import { type Backend, backends } from "../support/backends.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { createAdmin } from "../support/people.ts";

export type SdkProtocol = "Http" | "WebSocket";
export type Sdk = InstanceType<typeof sdk.Kuzzle>;

/** A gateway with an administrator whose rights are restricted, and stock SDKs that talk to it. */
export interface SdkStage {
	readonly gateway: TestGateway;
	/** A login token of the administrator. */
	readonly admin: string;
	/** An SDK that is connected, and goes when the tests end. `token`: whom it acts for. */
	connect(options?: {
		readonly token?: string;
		readonly port?: number;
		readonly autoReconnect?: boolean;
		readonly reconnectionDelay?: number;
	}): Promise<Sdk>;
}

/** Declares the tests for each protocol of the SDK on each store, with one gateway for each store. */
export function withSdk(
	title: string,
	declare: (
		stage: () => SdkStage,
		protocol: SdkProtocol,
		backend: Backend,
	) => void,
	options: {
		readonly protocols?: readonly SdkProtocol[];
		readonly clock?: () => Clock;
	} = {},
): void {
	const { protocols = ["Http", "WebSocket"], clock } = options;
	for (const backend of backends()) {
		describe(`${title} on ${backend}`, () => {
			let gateway: TestGateway;
			let admin: string;
			const open = new Set<Sdk>();
			before(async () => {
				gateway = await startGateway({
					backend,
					...(clock === undefined ? {} : { clock: clock() }),
				});
				admin = await createAdmin(gateway);
			});
			after(async () => {
				for (const kuzzle of open) kuzzle.disconnect();
				await gateway?.stop();
			});
			for (const protocol of protocols) {
				const stage = (): SdkStage => ({
					gateway,
					admin,
					async connect({ token, port = gateway.port, ...rest } = {}) {
						const kuzzle = new sdk.Kuzzle(
							new sdk[protocol](gateway.host, { port, ...rest }),
						);
						open.add(kuzzle);
						await kuzzle.connect();
						if (token !== undefined) kuzzle.jwt = token;
						return kuzzle;
					},
				});
				describe(`over ${protocol}`, () => declare(stage, protocol, backend));
			}
		});
	}
}
