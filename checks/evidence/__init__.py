"""What shows that the checks can be trusted: faults planted in the witnesses, and runs that are killed."""
