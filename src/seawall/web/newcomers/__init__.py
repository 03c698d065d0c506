"""What those without an account meet: puzzles, places, the waiting room. Decides nothing."""
