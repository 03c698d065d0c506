"""Says whether what comes is an attack, a surge or both, and from which findings. Knows askers by a number only."""
