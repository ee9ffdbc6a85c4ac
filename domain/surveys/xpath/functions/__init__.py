"""The function library, a module for each kind of function; `library` loads them all."""
