"""What a customer is likely to bring: BG/NBD for purchases, Gamma-Gamma for what is spent on each.

`parameters`, `silence` and `buying` need nothing but Python, so any handler may import them; `counts`, `bgnbd`,
`gamma_gamma`, `fitting` and `forecasting` compute with numpy and scipy, which only the scoring functions carry.
"""
