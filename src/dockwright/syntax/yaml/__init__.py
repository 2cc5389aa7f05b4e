"""YAML as Compose reads it: nodes with positions, every comment and blank left where it stands."""
