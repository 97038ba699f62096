"""The teams: which inspectors go to which drawn institution, and who goes instead."""
