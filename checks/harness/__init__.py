"""What judges a claim: kinds, verdicts, intervals, budgets, seeds, the pytest plugin and the report.

It knows neither witness: numbers come in, verdicts go out.
"""
