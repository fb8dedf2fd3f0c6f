import { createLocalBus } from "../../../src/bus/local/local-bus.ts";
import { type Log, silentLog } from "../../../src/lib/log.ts";
import { busContract } from "../../contracts/bus.contract.ts";

busContract("the local bus", async () => {
	const errors: string[] = [];
	const log: Log = {
		...silentLog,
		error: (_fields, message) => errors.push(message),
	};
	const bus = createLocalBus({ log });
	await bus.open();
	return { nodes: [bus], errors, close: () => bus.close() };
});
