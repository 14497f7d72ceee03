"""External registries: one folder for each kind of transport. Kinds never import one another."""
