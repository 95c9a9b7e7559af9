/**
 * P(X >= least) of a Binomial(trials, share), exactly: it adds the terms from the last one down, each computed from the one
 * before, in logarithms.
 */
export function binomialTail(trials: number, least: number, share: number): number {
  if (least <= 0 || share >= 1) return 1
  if (share <= 0 || least > trials) return 0
  const odds = Math.log1p(-share) - Math.log(share)
  let term = trials * Math.log(share)
  // The sum so far is `sum` times the exponential of the largest term.
  let largest = term
  let sum = 1
  for (let k = trials; k > least; k -= 1) {
    term += Math.log(k) - Math.log(trials - k + 1) + odds
    if (term > largest) {
      sum = sum * Math.exp(largest - term) + 1
      largest = term
    } else sum += Math.exp(term - largest)
  }
  return Math.min(1, Math.exp(largest + Math.log(sum)))
}
