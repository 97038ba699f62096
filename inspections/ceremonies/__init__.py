"""The ceremony of a draw: who commits, reveals, executes, replaces."""
