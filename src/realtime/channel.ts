/** Which notifications of documents a subscriber wants: of those that come into the filter's scope or change in it, that leave it, all, or none. */
export type ScopeOption = "all" | "in" | "out" | "none";
/** Which notifications of other subscribers a subscriber wants: of those that come, that go, all, or none. */
export type UsersOption = "all" | "in" | "out" | "none";

export interface ChannelOptions {
	readonly scope: ScopeOption;
	readonly users: UsersOption;
}

const SCOPE_DIGITS: Readonly<Record<ScopeOption, string>> = {
	all: "1",
	in: "2",
	out: "3",
	none: "",
};
const USERS_DIGITS: Readonly<Record<UsersOption, string>> = {
	all: "1",
	in: "2",
	out: "3",
	none: "3",
};
/** Notifications come from all nodes; the other digit, for one node only, no client can ask for. */
const ALL_NODES = "1";

/**
 * A channel's name: the room's id and a digit for each option. `users: "out"` and `users: "none"` share theirs, as in Kuzzle,
 * and so their channel.
 */
export function channelName(
	roomId: string,
	{ scope, users }: ChannelOptions,
): string {
	return `${roomId}-${USERS_DIGITS[users]}${ALL_NODES}${SCOPE_DIGITS[scope]}`;
}

export function wants(option: ScopeOption | UsersOption, what: "in" | "out") {
	return option === "all" || option === what;
}
