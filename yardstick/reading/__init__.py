"""Files that people edit: read into models, or answered with every problem at its line."""
