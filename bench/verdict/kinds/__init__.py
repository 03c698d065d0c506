"""What attacks and crowds the corpus holds, split by split. Each file knows its own kinds."""
