"""`yardstick targets`: targets with the wanted chance, proposed in a file and accepted by a person."""
