import type { Bus } from "../../src/bus/bus.ts";
import { createLocalBus } from "../../src/bus/local/local-bus.ts";
import { Connections } from "../../src/call/connection.ts";
import { type Clock, ManualClock } from "../../src/lib/clock.ts";
import { silentLog } from "../../src/lib/log.ts";
import { Realtime, type RealtimeOptions } from "../../src/realtime/realtime.ts";

/** The service of one node, without a gateway around it. */
export async function startRealtime({
	id = "node",
	bus = createLocalBus({ log: silentLog }),
	clock = new ManualClock(),
	limits = {},
	tellsBefore = true,
}: {
	readonly id?: string;
	readonly bus?: Bus;
	readonly clock?: Clock;
	readonly limits?: Partial<RealtimeOptions["limits"]>;
	readonly tellsBefore?: boolean;
} = {}): Promise<{
	readonly realtime: Realtime;
	readonly connections: Connections;
}> {
	const connections = new Connections();
	const realtime = new Realtime({
		bus,
		clock,
		connections,
		card: { id, address: "127.0.0.1", startedAt: clock.now() },
		limits: {
			subscriptionConditionsCount: 100,
			subscriptionRooms: 0,
			subscriptionsPerConnection: 1000,
			subscriptionDocumentTTL: 1000,
			...limits,
		},
		cluster: { heartbeat: 1000, activityDepth: 50 },
		tellsBefore,
	});
	await realtime.open("a secret");
	return { realtime, connections };
}
