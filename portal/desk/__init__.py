"""The desk, the menu and the search, filled by what the apps register."""
