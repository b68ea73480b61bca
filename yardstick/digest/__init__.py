"""The morning's message to each seller and each head: where they stand, what they need, what to mend."""
