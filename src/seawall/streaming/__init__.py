"""To the wire: events, keep-alives, refusals as bytes. Decides nothing."""
