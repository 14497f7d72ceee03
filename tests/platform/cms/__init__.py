"""Under the settings of Studio."""
