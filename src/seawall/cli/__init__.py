"""The command line: words to calls, errors to one sentence. Knows click; decides nothing."""
