"""The door: who may enter, in which class, until when. Knows memory only; knows no I/O."""
