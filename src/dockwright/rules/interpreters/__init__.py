"""Interpreters, shebangs, virtual environments and C libraries."""
