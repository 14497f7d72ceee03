"""A running demonstration outside of an LMS: the blocks in the XBlock workbench's runtime, everything else as in production."""
