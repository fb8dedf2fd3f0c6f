/** What the durable namespaces ask of the writer thread. `now` is the time of the asking side's clock, in milliseconds. */
export type CacheRequest =
	| {
			readonly kind: "set";
			readonly namespace: string;
			readonly key: string;
			readonly value: string;
			/** Milliseconds since the epoch; null: for ever. */
			readonly expiresAt: number | null;
			/** `absent`: leaves a live value as it is. `present`: makes none where there is none. */
			readonly onlyIf: "absent" | "present" | null;
			readonly now: number;
	  }
	| {
			readonly kind: "increment";
			readonly namespace: string;
			readonly key: string;
			readonly by: number;
			/** Of a key that is made now. */
			readonly expiresAt: number;
			readonly now: number;
	  }
	| {
			readonly kind: "delete";
			readonly namespace: string;
			readonly key: string;
			/** Only if the value is this one. */
			readonly value?: string;
			readonly now: number;
	  }
	| { readonly kind: "clear"; readonly namespace: string }
	/** Removes some of what has expired; answers how many. */
	| {
			readonly kind: "purge";
			readonly now: number;
			readonly entriesMax: number;
	  };
