import type { Storage } from "../../src/storage/storage.ts";

/** The storage with some of its methods replaced: to slow it down, or to let it fail. */
export function overrideStorage(
	storage: Storage,
	methods: Partial<Storage>,
): Storage {
	return new Proxy(storage, {
		get(target, name: keyof Storage) {
			const replaced = methods[name];
			if (replaced !== undefined) return replaced;
			const own = target[name];
			return typeof own === "function" ? own.bind(target) : own;
		},
	});
}
