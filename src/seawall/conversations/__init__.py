"""What was said and by whom: conversations and their turns. Knows the records' port; knows no model, no HTTP."""
