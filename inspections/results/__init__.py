"""What a visit comes to: result codes with their next steps, review, closing by bureau."""
