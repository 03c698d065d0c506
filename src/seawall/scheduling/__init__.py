"""Whose turn it is. Knows flows, slots and waiting; knows neither HTTP nor SQL nor engines."""
