"""study.toml: where the files are, what their columns mean, and the plan."""
