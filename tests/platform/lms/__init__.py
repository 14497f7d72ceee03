"""Under the settings of the LMS."""
