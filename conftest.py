"""Loads the plugin that collects and judges claims."""

pytest_plugins = ["checks.harness.plugin"]
