"""The chat app's conversations over HTTP. Decides nothing."""
