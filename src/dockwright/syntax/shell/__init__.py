"""Shell scripts in RUN and friends: tree-sitter-bash behind small values of our own."""
