"""Speed and memory, as ratios against the alternative that is measured in the same run."""
