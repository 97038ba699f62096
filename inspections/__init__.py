"""How institutions are checked: plan, draw, visit, rectification."""
