/** One column, whatever the width of the window. Colours are the system's, so dark mode needs few of our own. */
export const style = `:root {
	color-scheme: light dark;
	--ink: #1b2430;
	--quiet: #56606e;
	--paper: #fff;
	--panel: #f3f5f8;
	--line: #c9d0d9;
	--accent: #1f5d82;
	--on-accent: #fff;
}

@media (prefers-color-scheme: dark) {
	:root {
		--ink: #e4e8ee;
		--quiet: #a2adba;
		--paper: #14181e;
		--panel: #1e242c;
		--line: #3d4752;
		--accent: #7cc0e8;
		--on-accent: #0d1116;
	}
}

* {
	box-sizing: border-box;
}

body {
	margin: 0 auto;
	max-width: 56rem;
	padding: 0 1rem 4rem;
	color: var(--ink);
	background: var(--paper);
	font: 1rem/1.5 system-ui, sans-serif;
	overflow-wrap: break-word;
}

header {
	padding: 1rem 0;
	border-bottom: 1px solid var(--line);
}

.brand {
	font-weight: 700;
	font-size: 1.2rem;
}

.skip {
	position: absolute;
	left: -100vw;
}

.skip:focus {
	left: 1rem;
	background: var(--paper);
}

nav ul,
.contents,
.routes,
.summaries {
	list-style: none;
	margin: 0.5rem 0;
	padding: 0;
}

nav ul,
.contents {
	display: flex;
	flex-wrap: wrap;
	gap: 0.25rem 1rem;
}

a {
	color: var(--accent);
}

nav a[aria-current] {
	font-weight: 700;
	text-decoration: none;
}

h1 {
	margin: 1rem 0 0.5rem;
}

h2 a {
	text-decoration: none;
}

h3 {
	margin: 1rem 0 0.25rem;
	font-size: 1rem;
}

main section {
	margin-top: 2rem;
	padding-top: 0.5rem;
	border-top: 1px solid var(--line);
}

small {
	color: var(--quiet);
	font-weight: 400;
}

code,
pre,
input,
select,
textarea {
	font: 0.9rem/1.4 ui-monospace, monospace;
}

pre {
	overflow-x: auto;
	margin: 0.25rem 0;
	padding: 0.75rem;
	background: var(--panel);
}

dl {
	margin: 0.25rem 0;
}

dd {
	margin: 0 0 0.5rem 1rem;
}

details {
	margin-top: 0.75rem;
}

summary {
	cursor: pointer;
	color: var(--accent);
}

.try form {
	padding: 0.25rem 1rem 1rem;
	background: var(--panel);
}

.try pre {
	max-height: 30rem;
	overflow: auto;
	background: var(--paper);
}

.field label,
.field input,
.field select,
.field textarea,
.field > small {
	display: block;
	width: 100%;
}

input,
select,
textarea,
button {
	padding: 0.4rem 0.5rem;
	color: var(--ink);
	background: var(--paper);
	border: 1px solid var(--quiet);
	border-radius: 4px;
}

button {
	padding: 0.4rem 1.5rem;
	color: var(--on-accent);
	background: var(--accent);
	border-color: var(--accent);
	font: inherit;
	cursor: pointer;
}

:focus-visible {
	outline: 3px solid var(--accent);
	outline-offset: 2px;
}

[hidden] {
	display: none;
}
`;
