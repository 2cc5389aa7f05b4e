"""
Compose files: what they say, file by file, and what Compose makes of them.

The steps are those of the reference implementation (github.com/compose-spec/compose-go, v2.9):
nodes, values, interpolation, extends, include, merge, schema, long forms, defaults, paths,
normal form, consistency. Each step keeps where every value came from.
"""
