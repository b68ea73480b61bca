"""`yardstick source`: what each kind of source gives, and whether a source can be read."""
