"""Why other tools and we differ: classes of differences, each a property that code can see."""
