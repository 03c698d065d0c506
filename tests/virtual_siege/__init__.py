"""The siege in virtual time: the real shield, a stub engine, and all who come. Knows no socket and no real second."""
