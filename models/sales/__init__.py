"""New cars handed over, sales targets, praise and coaching."""
