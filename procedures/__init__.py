"""The rules: procedures as data, the engine that reads them, the working days. Pure."""
