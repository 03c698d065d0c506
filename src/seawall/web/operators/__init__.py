"""What those who run the service see and do over HTTP. Decides nothing."""
