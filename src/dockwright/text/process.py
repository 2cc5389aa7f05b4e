"""What is known of the process that this package runs in."""

#: Whether the process is our program's alone, so that no other code can be in our way, or we in
#: its: set by the entry point, never when the package is used as a library.
own = False
