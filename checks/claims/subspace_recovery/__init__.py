"""Claims about the recovery of a signal direction by a softmax head."""
