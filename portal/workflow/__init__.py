"""State machines as tables; one function applies a move and writes its audit line."""

from portal.workflow.moves import Move, Offer, Workflow, move, registered_workflows, seen

__all__ = ["Move", "Offer", "Workflow", "move", "registered_workflows", "seen"]
