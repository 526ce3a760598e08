// Reads the feed of an inspector until it is told to end, then tells how many bytes it got.
const { body } = await fetch(`${process.argv[2]}/api/feed`);
let bytes = 0;
process.on('message', () => process.send(bytes));
process.on('disconnect', () => process.exit());
process.send('reading');
for await (const chunk of body) bytes += chunk.length;
