/** Works on the items, `jobs` at a time; the results are in their order. */
export async function runPool<Item, Result>(
  items: readonly Item[],
  jobs: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Map<number, Result>()
  const queue = items.entries()
  const worker = async () => {
    for (const [index, item] of queue) results.set(index, await work(item))
  }
  await Promise.all(Array.from({ length: jobs }, worker))
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result)
}
