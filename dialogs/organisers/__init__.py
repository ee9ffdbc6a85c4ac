"""For organisers: their home, who may do what, and what was done."""
