"""The engine room: one port, an adapter for each kind of model server. Knows no users."""
