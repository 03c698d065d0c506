"""The AI assistant that stays up. Knows its version; knows nothing else."""

__version__ = "0.1.0"
