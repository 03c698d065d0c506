"""Reports of incidents that strangers can check: made of the log and of windows, and read back without a service."""
