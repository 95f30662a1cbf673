"""Laws of a rank that other samplers would give: mutants of what is observed by ranks."""


def wrong_laws(prediction):
    """Return laws of the rank that other samplers would have."""

    def of_share(wrong):
        return lambda **case: {x: wrong(share) for x, share in prediction(**case).items()}

    return {
        "dense ones are larger": of_share(lambda share: share**2),
        "dense ones are smaller": of_share(lambda share: 1 - (1 - share) ** 2),
        "dense ones vary less": of_share(lambda share: 3 * share**2 - 2 * share**3),
        "dense ones vary more": of_share(lambda share: 2 * share - 3 * share**2 + 2 * share**3),
    }
