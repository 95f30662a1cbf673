"""The command line ``python -m checks``: one file for each command, none of which knows a witness."""
