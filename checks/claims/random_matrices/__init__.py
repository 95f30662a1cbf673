"""Claims about the random matrices behind the theory."""
