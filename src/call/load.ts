/** The requests in flight on all connections of a protocol. */
export class Load {
	inFlight = 0;
	/** Called each time the last of them was answered. */
	onDrained: () => void = () => {};
}
