"""Messages to addresses that others chose. Knows how one is handed over safely; knows no reason to send any."""
