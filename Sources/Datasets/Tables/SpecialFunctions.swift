import Glibc

/// log Γ(x), x > 0.
func logGamma(_ x: Double) -> Double {
  // lgamma itself writes a global.
  var sign: Int32 = 0
  return lgamma_r(x, &sign)
}

/// ψ(x), the derivative of log Γ, x > 0: Abramowitz & Stegun, 6.3.5 up to 10 and 6.3.18 from there.
func digamma(_ x: Double) -> Double {
  var (x, sum) = (x, 0.0)
  while x < 10 {
    sum -= 1 / x
    x += 1
  }
  let square = 1 / (x * x)
  let terms = [1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12]
  var (series, power) = (0.0, square)
  for term in terms {
    series += term * power
    power *= square
  }
  return sum + log(x) - 0.5 / x - series
}

func logBeta(_ a: Double, _ b: Double) -> Double { logGamma(a) + logGamma(b) - logGamma(a + b) }
