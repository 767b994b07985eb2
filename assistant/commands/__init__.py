"""The parts of the command line, and how things look in a terminal."""
