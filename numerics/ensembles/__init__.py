"""Random matrix ensembles, by dense draws and by reductions that have exactly the same law."""
