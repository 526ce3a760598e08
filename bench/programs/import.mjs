// How long an import takes in a process that has imported nothing: `node import.mjs rxhome`.
const from = performance.now();
if (process.argv[2]) await import(process.argv[2]);
process.stdout.write(JSON.stringify({ ms: performance.now() - from }));
