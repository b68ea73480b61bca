"""Publishing: what a night built and the gates let pass becomes what people see; what it restates is kept."""
