"""The record of a draw: everything that anybody needs to compute it again, in one file."""
