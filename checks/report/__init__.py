"""What readers get of a run: pages, tables and figures, each a pure function of verdicts.json."""
