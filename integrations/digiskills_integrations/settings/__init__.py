"""What the platform's plugin loader adds to its settings."""
