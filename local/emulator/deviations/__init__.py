"""Where MiniStack differs from AWS in what SG Lens or its tests rely on: one module each, which mends it.

Each says what AWS does, by which source, and what MiniStack does. They are for MiniStack's own process.
"""
