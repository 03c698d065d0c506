"""The status page: its HTML, its JSON, its feed, its badge, and what is sent to it. Knows words; decides nothing."""
