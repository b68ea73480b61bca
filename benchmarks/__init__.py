"""What `make bench` measures: each step of a night, beside the least that its work could cost."""
