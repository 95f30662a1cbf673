"""The court: the only place that sees both witnesses."""
