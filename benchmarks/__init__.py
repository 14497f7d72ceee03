"""What our work costs, beside a peer's, in CPU seconds of one run (`make bench`). See RESULTS.md for the last figures."""
