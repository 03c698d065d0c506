"""The record room: durable, group-committed appends and the reads over them. Knows SQL; knows no HTTP."""
