"""The city tree: city, township, community, compound, building, unit."""
