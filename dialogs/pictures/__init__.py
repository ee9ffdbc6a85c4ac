"""Pictures for a phone: one style, nothing cut, nothing over anything else."""
