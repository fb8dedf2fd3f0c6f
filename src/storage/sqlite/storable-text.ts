/** False for what SQLite would store as another text: it ends a text at a NUL, and half a surrogate pair has no UTF-8. */
export function isStorableText(text: string): boolean {
	return !text.includes("\0") && !/\p{Surrogate}/u.test(text);
}
