"""The claims, one file per theorem family and one class per claim; named as the modules of theory/ that derive them."""
