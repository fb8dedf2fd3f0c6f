/** A gate of two columns. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#2a6f97" d="M1 3 8 0l7 3v2H1zM3 6h2v7H3zm8 0h2v7h-2zM1 14h14v2H1z"/></svg>`;
