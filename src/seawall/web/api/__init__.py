"""The API that programs call, in each vendor's shape. Knows shapes; decides nothing."""
