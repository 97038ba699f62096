"""Messages to people, in the portal and by adapters."""
